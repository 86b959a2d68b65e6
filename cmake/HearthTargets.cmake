# How every target of Hearth is built: warnings, hardening, sanitizers, precompiled headers.

add_library(hearth_options INTERFACE)
target_include_directories(hearth_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(hearth_options INTERFACE
    QT_NO_CAST_FROM_ASCII
    QT_NO_CAST_TO_ASCII
    QT_NO_FOREACH
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    QT_NO_URL_CAST_FROM_STRING
    HEARTH_VERSION="${PROJECT_VERSION}"
    $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(HEARTH_DEVELOPER_WARNINGS)
    # A designated initializer leaves out what keeps its default, and means to.
    target_compile_options(hearth_options INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Wno-missing-field-initializers)
endif()

if(HEARTH_SANITIZE)
    target_compile_options(hearth_options INTERFACE
        -fsanitize=${HEARTH_SANITIZE} -fno-omit-frame-pointer
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>) # GCC 12 sees it where the sanitizers' own code stands between
    target_link_options(hearth_options INTERFACE -fsanitize=${HEARTH_SANITIZE})
    if(HEARTH_SANITIZE MATCHES "fuzzer")
        target_compile_options(hearth_options INTERFACE
            -fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/tests/fuzz/sanitizers.ignore)
    endif()
    if(HEARTH_SANITIZE MATCHES "undefined")
        target_compile_options(hearth_options INTERFACE -fno-sanitize-recover=undefined)
    endif()
endif()

find_program(HEARTH_LLD ld.lld)
if(HEARTH_LLD)
    add_link_options(-fuse-ld=lld)
endif()

# hearth_link_first(target library…): programs that link the target name these libraries before all others. ELF's loader looks for each
# symbol in one library after the other, in this order, before main(); CMake's begins with what the fewest need. A linker that is told
# --as-needed first (Ubuntu's) passes over what is named before anything needs it: no harm, and no gain.
function(hearth_link_first target)
    if(UNIX AND NOT APPLE AND NOT HEARTH_SANITIZE) # a sanitizer's library is the first
        foreach(library ${ARGN})
            target_link_options(${target} INTERFACE $<TARGET_FILE:${library}>)
        endforeach()
    endif()
endfunction()

# Qt's headers, precompiled once for all targets that include them: one such file is 100 to 300 MB, so a target does
# not make its own, and what few files include does not stand in it. `core` is for what has no window, `ui` for what has; each has a twin for tests.
function(hearth_precompiled name)
    cmake_parse_arguments(ARG "" "" "HEADERS;LIBS" ${ARGN})
    set(empty ${CMAKE_BINARY_DIR}/hearth_pch_${name}.cpp)
    file(CONFIGURE OUTPUT ${empty} CONTENT "// Carries the precompiled headers.\n")
    add_library(hearth_pch_${name} OBJECT ${empty})
    target_link_libraries(hearth_pch_${name} PRIVATE hearth_options ${ARG_LIBS})
    target_precompile_headers(hearth_pch_${name} PRIVATE ${ARG_HEADERS})
    set_target_properties(hearth_pch_${name} PROPERTIES AUTOMOC OFF AUTORCC OFF)
endfunction()

# hearth_precompile(target name): takes the headers of `hearth_precompiled(name …)`.
function(hearth_precompile target name)
    if(HEARTH_PCH AND TARGET hearth_pch_${name})
        target_precompile_headers(${target} REUSE_FROM hearth_pch_${name})
    endif()
endfunction()

# hearth_library(name SOURCES … PUBLIC … PRIVATE … [PCH core|ui]): a static library `hearth_<name>` with the alias
# `hearth::<name>`; `core` headers are precompiled unless PCH says otherwise.
function(hearth_library name)
    cmake_parse_arguments(ARG "" "PCH" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    if(NOT ARG_PCH)
        set(ARG_PCH core)
    endif()
    add_library(hearth_${name} STATIC ${ARG_SOURCES})
    add_library(hearth::${name} ALIAS hearth_${name})
    target_link_libraries(hearth_${name}
        PUBLIC hearth_options ${ARG_PUBLIC}
        PRIVATE ${ARG_PRIVATE})
    hearth_precompile(hearth_${name} ${ARG_PCH})
endfunction()
