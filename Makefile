# SPDX-License-Identifier: MIT
#
# make            builds the programs into build/
# make check      builds and runs all tests
# make sanitize   runs them under ASan and UBSan, under TSan, and under valgrind
# make lint       clang-format, clang-tidy, cppcheck, shellcheck, both compilers, and the layers
# make format     lays the sources out as clang-format has it
# make overhead   measures what the program and its probes cost, on the folder data
# make clean      removes build/

CC ?= cc
BUILD ?= build
PLATFORM := $(shell uname -s | tr '[:upper:]' '[:lower:]')
PACKAGES := libuv
# Optional, and only Linux has it: the methods that need it say so when it is missing.
LIBURING := $(shell pkg-config --exists liburing && echo liburing)
PACKAGES += $(LIBURING)

WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CPPFLAGS += $(LIBURING:liburing=-DHAVE_LIBURING) -D_GNU_SOURCE -iquote src -iquote .
CFLAGS ?= -O2 -g
ALL_CFLAGS = $(WARNINGS) $(CFLAGS) $(shell pkg-config --cflags $(PACKAGES)) -pthread
ALL_LIBS = $(shell pkg-config --libs $(PACKAGES)) -lm -pthread

# Every source but the programs' own goes into one library; of src/platform only this system's.
MAINS := src/scan_bench.c
SOURCES := $(filter-out $(MAINS), $(wildcard src/*.c src/*/*.c data-gen/*.c)) \
           $(wildcard src/platform/$(PLATFORM)/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libscan_bench.a
PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(notdir $(MAINS)))

TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c))
SHELL_TESTS := $(wildcard tests/*_test.sh)

.PHONY: all clean
all: $(PROGRAMS)

$(BUILD)/scan_bench: $(BUILD)/src/scan_bench.o
$(PROGRAMS): $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(ALL_LIBS)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(AR) rc $@ $^

# Each tests/**/*_test.c is a program of its own. The functions of WRAP are replaced by the test's
# __wrap_ functions, to fake them or to force a failure.
WRAP :=
$(BUILD)/tests/work/touch_test: WRAP := interrupt_signal
$(BUILD)/tests/methods/methods_test $(BUILD)/tests/methods/remedies_test: WRAP := pread uv_fs_read \
    mmap munmap pthread_create interrupt_signal uv_queue_work madvise mincore readahead preadv2 \
    io_uring_queue_init io_uring_submit eventfd storage_open_direct
$(BUILD)/tests/measure/protocol_test: WRAP := page_cache_evict prime_by_read page_cache_resident \
    page_cache_drop_all uv_hrtime usage_now open progress_step
$(BUILD)/tests/record/trial_test: WRAP := write
$(BUILD)/tests/measure/output_test: WRAP := write
$(BUILD)/tests/measure/device_test: WRAP := storage_open_direct
$(BUILD)/tests/core/files_test: WRAP := write rename
$(BUILD)/tests/work/scan_test: WRAP := malloc uv_hrtime
$(BUILD)/tests/measure/limits_test: WRAP := getrlimit setrlimit pthread_create pthread_join mmap munmap
$(BUILD)/tests/measure/results_test: WRAP := time symlink progress_message
$(BUILD)/tests/measure/pool_test: WRAP := uv_loop_init uv_loop_close host_libuv_reads
$(BUILD)/tests/core/progress_test: WRAP := isatty uv_hrtime
$(BUILD)/tests/data-gen/generator_test: WRAP := write storage_reserve open statvfs \
    interrupt_signal content_fill progress_step
$(BUILD)/tests/platform/storage_test: WRAP := fallocate syscall
$(BUILD)/tests/platform/page_cache_test: WRAP := syscall mincore faccessat access
$(BUILD)/tests/platform/ahead_test: WRAP := madvise readahead preadv2
$(BUILD)/tests/platform/polling_test: WRAP := syscall ppoll
$(BUILD)/tests/platform/mount_test: WRAP := syscall
$(BUILD)/tests/data-gen/storage_folder_test: WRAP := mknod flock
$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) $(WRAP:%=-Wl,--wrap=%) -o $@ $< $(LIBRARY) $(ALL_LIBS) \
	    $(shell pkg-config --libs cmocka)

.PHONY: unit-tests check
unit-tests: $(TESTS)
	@for test in $(TESTS); do echo "== $$test" && $(RUN) $$test || exit 1; done

check: all unit-tests $(BUILD)/tests/refuse
	@for test in $(SHELL_TESTS); do echo "== $$test" && bash $$test || exit 1; done

# Lets a command run as under the filter of a container, for the shell tests.
$(BUILD)/tests/refuse: $(BUILD)/tests/refuse.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

# What the program and its probes cost; no test, it takes the machine for itself.
.PHONY: overhead
overhead: $(BUILD)/tests/overhead
	$< data
$(BUILD)/tests/overhead: $(BUILD)/tests/overhead.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(ALL_LIBS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- Checks -----------------------------------------------------------------------------------

C_FILES := $(wildcard src/*.[ch] src/*/*.[ch] src/*/*/*.[ch] data-gen/*.[ch] tests/*.[ch] tests/*/*.[ch])
SHELL_FILES := run_bench.sh setup.sh .ci/run $(wildcard tests/*.sh)
# Sources of another system cannot be compiled here, only laid out.
TIDY_FILES := $(filter %.c,$(filter-out src/platform/%,$(C_FILES))) \
              $(wildcard src/platform/*.c src/platform/$(PLATFORM)/*.c)

.PHONY: sanitize lint format
sanitize:
	$(MAKE) BUILD=build/asan CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	    -fno-sanitize-recover=all' unit-tests
	$(MAKE) BUILD=build/tsan CFLAGS='-O1 -g -fsanitize=thread' unit-tests
	$(MAKE) RUN='valgrind -q --error-exitcode=1 --leak-check=full' unit-tests

lint:
	clang-format --dry-run --Werror $(C_FILES)
	shellcheck $(SHELL_FILES)
	bash tests/layers.sh
	$(MAKE) BUILD=build/gcc CC=gcc CFLAGS='-O2 -Werror' all $(TESTS:$(BUILD)/%=build/gcc/%)
	$(MAKE) BUILD=build/clang CC=clang CFLAGS='-O2 -Werror' all $(TESTS:$(BUILD)/%=build/clang/%)
	# ctuuninitvar takes the address of an error that is about to be filled for a use of it.
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
	    --suppress=ctuuninitvar --inline-suppr -D__linux__ -D_GNU_SOURCE -Isrc -I. $(TIDY_FILES)
	# One file each: given several, clang-tidy 14 reports every va_list after the first file.
	printf '%s\n' $(TIDY_FILES) | xargs -P "$$(getconf _NPROCESSORS_ONLN)" -n 1 sh -c \
	    'clang-tidy --quiet --warnings-as-errors="*" "$$@" -- $(CPPFLAGS) -std=c11' sh

format:
	clang-format -i $(C_FILES)

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(MAINS:%.c=$(BUILD)/%.d) $(TESTS:=.d)
