# SPDX-License-Identifier: MIT
#
# make            builds the programs into build/
# make check      builds and runs all tests
# make sanitize   runs them under ASan and UBSan, under TSan, and under valgrind
# make lint       clang-format, clang-tidy, cppcheck, shellcheck, both compilers, the layers, and every
#                 source compiled for macOS, for Linux on ARM, and for musl
# make format     lays the sources out as clang-format has it
# make overhead   measures what the program and its probes cost, on the folder data
# make clean      removes build/ (not .tools/, where ./setup.sh --dev puts what no package brings)

CC := $(or $(strip $(CC)),cc)
BUILD ?= build
RUN :=
PLATFORM := $(shell uname -s | tr '[:upper:]' '[:lower:]')
# Optional, and only Linux has it: the methods that need it say so when it is missing.
LIBURING := $(if $(filter linux,$(PLATFORM)),$(shell pkg-config --exists liburing && echo liburing))
PACKAGES := libuv $(LIBURING)
PACKAGE_CFLAGS := $(shell pkg-config --cflags $(PACKAGES))

WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CPPFLAGS += $(LIBURING:liburing=-DHAVE_LIBURING) -D_GNU_SOURCE -iquote src -iquote .
CFLAGS ?= -O2 -g
ALL_CFLAGS = $(WARNINGS) $(CFLAGS) $(PACKAGE_CFLAGS) -pthread
ALL_LIBS = $(shell pkg-config --libs $(PACKAGES)) -lm -pthread

# Every source but the programs' own goes into one library; of src/platform only this system's.
MAINS := src/scan_bench.c
SOURCES := $(filter-out $(MAINS), $(wildcard src/*.c src/*/*.c data-gen/*.c)) \
           $(wildcard src/platform/$(PLATFORM)/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libscan_bench.a
PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(notdir $(MAINS)))

# On as many CPUs as there are, unless a -j says otherwise.
CPUS := $(shell getconf _NPROCESSORS_ONLN)
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(CPUS)
endif

SHELL_TESTS := $(wildcard tests/*_test.sh)
# Those that change something of the whole machine, or measure what another test would change.
SHELL_ALONE := $(patsubst %,tests/%_test.sh,clients emulated environment file_systems readahead storage)

.PHONY: all clean
all: $(PROGRAMS)

$(BUILD)/scan_bench: $(BUILD)/src/scan_bench.o
$(PROGRAMS): $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(ALL_LIBS)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(AR) rc $@ $^

# Each tests/**/*_test.c is a program of its own. The functions of its WRAP are replaced by the
# test's __wrap_ functions, to fake them or to force a failure.
WRAP.tests/work/touch_test := interrupt_signal
WRAP.tests/work/copy_test := kernel_copy_is_cloned interrupt_signal progress_step
WRAP.tests/work/copy_folder_test := statvfs access
WRAP.tests/methods/methods_test := pread uv_fs_read \
    mmap munmap pthread_create interrupt_signal uv_queue_work madvise mincore readahead preadv2 \
    io_uring_queue_init io_uring_submit eventfd storage_open_direct \
    memory_allocate touch touch_mapping touch_mapping_prefetching \
    pwrite ftruncate fsync sendfile copy_file_range copy_mapping uv_fs_write uv_fs_fsync uv_fs_sendfile \
    write splice pipe2 uv_write reader_connection reader_hear
WRAP.tests/methods/remedies_test := $(WRAP.tests/methods/methods_test)
WRAP.tests/methods/turns_test := $(WRAP.tests/methods/methods_test) host_cpu_count
WRAP.tests/methods/loop_copies_test := $(WRAP.tests/methods/methods_test) io_uring_get_probe_ring page_cache_part_missing
WRAP.tests/methods/loop_sends_test := transfer_sendfile uv_write uv_fs_sendfile touch_mapping \
    page_cache_mapped_missing interrupt_signal uv_tcp_open uv_pipe_open uv_poll_init io_uring_submit
WRAP.tests/platform/memory_test := madvise
WRAP.tests/methods/same_method_twice_test := pread uv_hrtime page_cache_evict prime_by_read \
    page_cache_resident
WRAP.tests/measure/protocol_test := page_cache_evict prime_by_read page_cache_resident \
    page_cache_drop_all uv_hrtime usage_now open progress_step transfer_settle reader_connection \
    reader_hear
WRAP.tests/probes/client_test := send recv pselect close uv_hrtime polling_be_punctual \
    polling_be_prompt
WRAP.tests/probes/clients_test := uv_spawn
WRAP.tests/record/trial_test := write
WRAP.tests/measure/output_test := write
WRAP.tests/measure/device_test := storage_open_direct storage_tells_direct storage_describe \
    storage_read_bytes page_cache_evict page_cache_resident pread uv_hrtime
WRAP.tests/core/files_test := write rename
WRAP.tests/work/connections_test := connect accept interrupt_signal uv_hrtime
WRAP.tests/work/reader_test := uv_spawn
WRAP.tests/work/send_test := reader_connection reader_hear connections_make
WRAP.tests/work/work_test := memory_allocate uv_hrtime
WRAP.tests/measure/one_call_test := page_cache_evict page_cache_resident ahead_read madvise uv_sleep
WRAP.tests/measure/machine_test := host_cpu_count host_cpu_quota
WRAP.tests/measure/limits_test := getrlimit setrlimit pthread_create pthread_join mmap munmap
WRAP.tests/measure/results_test := time symlink progress_message
WRAP.tests/measure/run_test := trial_process_run limits_check noise_now noise_between machine_write \
    emulated_storage_start emulated_storage_settings emulated_storage_stop interrupt_signal \
    interrupt_status uv_hrtime time
WRAP.tests/measure/prime_test := pread interrupt_signal mmap munmap madvise touch_mapping
WRAP.tests/measure/trial_words_test := process_run interrupt_signal
WRAP.tests/measure/pool_test := uv_loop_init uv_loop_close host_libuv_reads
WRAP.tests/commands/command_test := method_unsupported
WRAP.tests/commands/bench_test := run_make show_results method_keep_supported process_is_found \
    emulated_storage_check polling_beat_unsupported uv_random interrupt_signal interrupt_status \
    kept_readahead_recover
WRAP.tests/commands/show_test := run_make draw_picture method_keep_supported process_is_found \
    emulated_storage_check interrupt_signal interrupt_status time command_home storage_describe \
    kept_readahead_set kept_readahead_put_back
WRAP.tests/commands/trial_test := protocol_trial protocol_idle pool_warm_up device_measure \
    one_call_measure polling_is_seen host_libuv_reads storage_describe storage_counts_rings \
    loop_delay_new loop_delay_free metrics_new metrics_free clients_open clients_free reader_open \
    reader_free trial_process_tell_row trial_process_tell_metrics interrupt_signal \
    interrupt_status uv_hrtime
WRAP.tests/commands/serve_test := interrupt_signal interrupt_status process_is_found process_run \
    emulated_storage_check emulated_storage_start emulated_storage_settings emulated_storage_wait \
    emulated_storage_stop
WRAP.tests/commands/experiment_test := bench_run
WRAP.tests/core/progress_test := isatty ioctl uv_hrtime
WRAP.tests/data-gen/generator_test := write storage_reserve open statvfs \
    interrupt_signal content_fill progress_step
WRAP.tests/platform/storage_test := fallocate syscall page_cache_evict page_cache_resident mount_find \
    access text_file_line host_virtualization uname
WRAP.tests/platform/page_cache_test := syscall mincore faccessat access open write fsync
WRAP.tests/platform/fuse_unmount_test := open access fopen umount2 process_run_anyway
WRAP.tests/platform/ahead_test := madvise readahead preadv2
WRAP.tests/platform/polling_test := syscall ppoll thread_time_queued_s
WRAP.tests/probes/loop_time_test := syscall sigaction thread_time_queued_s
WRAP.tests/platform/mount_test := syscall
WRAP.tests/platform/kernel_copy_test := ioctl
WRAP.tests/data-gen/storage_folder_test := mknod flock
WRAP.tests/data-gen/storage_check_test := process_run process_is_found interrupt_signal

# Apple's linker cannot replace functions; what needs that is left out there, and "make check" says so.
WRAPPED := $(patsubst WRAP.%,$(BUILD)/%,$(filter WRAP.%,$(.VARIABLES)))
TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c))
LEFT_OUT := $(if $(filter darwin,$(PLATFORM)),$(filter $(WRAPPED),$(TESTS)))
TESTS := $(filter-out $(LEFT_OUT),$(TESTS))

$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) $(WRAP.$*:%=-Wl,--wrap=%) -o $@ $< $(LIBRARY) $(ALL_LIBS) \
	    $(shell pkg-config --libs cmocka)

# How many tests run at once, with the output of each together; those that watch the machine run alone.
AT_ONCE := $(CPUS)
ALONE := $(filter $(BUILD)/tests/probes/% %/same_method_twice_test %/processes_test,$(TESTS))
.PHONY: unit-tests check
unit-tests: all $(TESTS)
	@printf '%s\n' $(filter-out $(ALONE),$(TESTS)) | xargs -P $(AT_ONCE) -I TEST sh -c \
	    'said=$$($(RUN) TEST 2>&1); status=$$?; printf "== %s\n%s\n" TEST "$$said"; exit $$status'
	@for test in $(ALONE); do echo "== $$test" && $(RUN) $$test || exit 1; done
	@$(if $(LEFT_OUT),echo "LEFT OUT for want of a linker with --wrap: $(LEFT_OUT)")

# The bash of macOS is too old for the shell tests.
check: all unit-tests $(BUILD)/tests/refuse
	@if bash -c '((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404))'; then \
	    echo "LEFT OUT for want of bash 4.4: $(SHELL_TESTS)"; exit; fi; \
	printf '%s\n' $(filter-out $(SHELL_ALONE),$(SHELL_TESTS)) | xargs -P $(AT_ONCE) -I TEST sh -c \
	    'said=$$(bash TEST 2>&1); status=$$?; printf "== %s\n%s\n" TEST "$$said"; exit $$status' && \
	for test in $(SHELL_ALONE); do echo "== $$test" && bash $$test || exit 1; done

# Lets a command run as under the filter of a container, for the shell tests.
$(BUILD)/tests/refuse: $(BUILD)/tests/refuse.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

# What the program and its probes cost; no test, it takes the machine for itself.
.PHONY: overhead
overhead: $(BUILD)/tests/overhead
	$< data
$(BUILD)/tests/overhead: $(BUILD)/tests/overhead.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(ALL_LIBS)

# Checked once, and no reason to build anything again. Older ones lack calls that are used here.
LIBUV_LEAST := 1.33
$(BUILD)/libuv_is_there:
	@pkg-config --atleast-version=$(LIBUV_LEAST) libuv || { \
	    version=$$(pkg-config --modversion libuv 2>/dev/null) && \
	    echo "libuv $$version is too old: $(LIBUV_LEAST) or newer is needed" >&2 || \
	    echo "libuv is missing: ./setup.sh installs it" >&2; exit 1; }
	@mkdir -p $(@D)
	@touch $@

$(BUILD)/%.o: %.c Makefile | $(BUILD)/libuv_is_there
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- Checks -----------------------------------------------------------------------------------

C_FILES := $(wildcard src/*.[ch] src/*/*.[ch] src/*/*/*.[ch] data-gen/*.[ch] tests/*.[ch] tests/*/*.[ch])
SHELL_FILES := run_bench.sh setup.sh .ci/run $(wildcard tests/*.sh)
ALL_OBJECTS := $(OBJECTS) $(MAINS:%.c=$(BUILD)/%.o) $(TESTS:=.o) $(BUILD)/tests/overhead.o \
               $(if $(filter linux,$(PLATFORM)),$(BUILD)/tests/refuse.o)

.PHONY: sanitize lint format
sanitize:
	$(MAKE) BUILD=build/asan CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	    -fno-sanitize-recover=all' unit-tests
	$(MAKE) BUILD=build/tsan CFLAGS='-O1 -g -fsanitize=thread' unit-tests
	$(MAKE) RUN='valgrind -q --error-exitcode=1 --leak-check=full' unit-tests

# All at once; again only what has changed.
FOREIGN := aarch64-macos aarch64-linux-gnu x86_64-linux-musl
LINTS := lint-format lint-shell lint-layers lint-cppcheck lint-gcc lint-clang $(FOREIGN:%=lint-%)
.PHONY: $(LINTS) objects tidy headers
lint:
	@$(MAKE) --no-print-directory $(if $(filter output-sync,$(.FEATURES)),-O) $(LINTS)

lint-format:
	@echo clang-format
	@clang-format --dry-run --Werror $(C_FILES)

lint-shell:
	@echo shellcheck
	@shellcheck $(SHELL_FILES)

lint-layers:
	@echo layers
	@bash tests/layers.sh

# ctuuninitvar takes the address of an error that is about to be filled for a use of it.
lint-cppcheck:
	@echo cppcheck
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
	    --suppress=ctuuninitvar --inline-suppr -D_GNU_SOURCE -Isrc -I. $(filter %.c,$(C_FILES))

lint-gcc:
	@echo gcc
	@$(MAKE) -s BUILD=build/gcc CC=gcc CFLAGS='-O2 -Werror' objects

lint-clang:
	@echo clang and clang-tidy
	@$(MAKE) -s BUILD=build/clang CC=clang CFLAGS='-O2 -Werror' objects tidy

objects: $(ALL_OBJECTS)

# One file each: given several, clang-tidy 14 reports every va_list after the first file. The object
# stands for the headers. What clang-tidy says goes to stdout, how much it left unsaid to stderr.
tidy: $(ALL_OBJECTS:.o=.tidy)
$(BUILD)/%.tidy: %.c $(BUILD)/%.o .clang-tidy
	clang-tidy --quiet --warnings-as-errors='*' $< -- $(CPPFLAGS) -std=c11 2>$@.err || \
	    { cat $@.err >&2; exit 1; }
	mv $@.err $@

# The compiler that has the headers of all these systems. Those of the libraries come from this one's
# packages, and without the folder that they lie in, where its C library's headers are, too.
ZIG := .tools/zig/zig
ifneq ($(wildcard $(ZIG)),)
$(FOREIGN:%=lint-%): export ZIG_GLOBAL_CACHE_DIR := $(CURDIR)/build/zig
$(FOREIGN:%=lint-%): export ZIG_LOCAL_CACHE_DIR := $(CURDIR)/build/zig
$(FOREIGN:%=lint-%): lint-%: headers
	@echo $*
	@$(MAKE) -s BUILD=build/$* PLATFORM=$(if $(findstring macos,$*),darwin,linux) \
	    CC='$(ZIG) cc -target $*' CFLAGS='-O2 -Werror' PACKAGE_CFLAGS='-isystem build/headers' objects
else
$(FOREIGN:%=lint-%): lint-%:
	@echo "SKIPPED: $*: no $(ZIG), which ./setup.sh --dev gets" >&2
endif

headers:
	@mkdir -p build/headers
	@for header in libuv/uv.h libuv/uv cmocka/cmocka.h $(LIBURING:%=%/liburing.h) $(LIBURING:%=%/liburing); do \
	    folder=$$(pkg-config --variable=includedir "$${header%/*}"); \
	    ln -sfn "$${folder:-/usr/include}/$${header#*/}" build/headers; done

format:
	clang-format -i $(C_FILES)

clean:
	rm -rf build

-include $(ALL_OBJECTS:.o=.d)
