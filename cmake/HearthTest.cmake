# hearth_test(tst_name [SOURCES more.cpp …] LIBS hearth::x … [LABELS …] [TIMEOUT seconds] [PROPERTIES …] [PCH uitest])
# One Qt Test executable and its ctest entry; tst_name.cpp is its first source.
function(hearth_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT;PCH" "SOURCES;LIBS;LABELS;PROPERTIES" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 180)
    endif()
    if(NOT ARG_PCH)
        set(ARG_PCH test)
    endif()
    add_executable(${name} ${name}.cpp ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE hearth_options hearth_testsupport Qt6::Test ${ARG_LIBS})
    hearth_precompile(${name} ${ARG_PCH})
    # A test includes what moc makes of it: this file is empty, and not worth loading all headers for.
    set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${name}_autogen/mocs_compilation.cpp
        PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${ARG_TIMEOUT}
        LABELS "${ARG_LABELS}"
        ENVIRONMENT "${HEARTH_TEST_ENVIRONMENT}"
        ${ARG_PROPERTIES})
endfunction()

# hearth_test_with_io_threads(tst_name): the same test a second time, with sockets on two I/O threads.
function(hearth_test_with_io_threads name)
    add_test(NAME ${name}_io_threads COMMAND ${name})
    foreach(property TIMEOUT LABELS)
        get_test_property(${name} ${property} value)
        set_tests_properties(${name}_io_threads PROPERTIES ${property} "${value}")
    endforeach()
    set_tests_properties(${name}_io_threads PROPERTIES
        ENVIRONMENT "${HEARTH_TEST_ENVIRONMENT};HEARTH_TEST_IO_THREADS=2")
endfunction()

set(HEARTH_TEST_ENVIRONMENT
    "QT_QPA_PLATFORM=offscreen"
    "QT_LOGGING_RULES=hearth.*.debug=false"
    "LANG=C.UTF-8"
    "TZ=UTC"
    "ASAN_OPTIONS=halt_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1"
    "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0"
    "TSAN_OPTIONS=halt_on_error=1:die_after_fork=0:ignore_noninstrumented_modules=1:suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp")
if(HEARTH_SANITIZE MATCHES "thread")
    # Inherited by the servers that a test starts (tests/support/tsanqt.cpp).
    list(APPEND HEARTH_TEST_ENVIRONMENT "LD_PRELOAD=${CMAKE_BINARY_DIR}/lib/libhearth_tsanqt.so")
endif()
