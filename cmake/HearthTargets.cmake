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
        -Wno-maybe-uninitialized) # GCC 12 sees it where the sanitizers' own code stands between
    target_link_options(hearth_options INTERFACE -fsanitize=${HEARTH_SANITIZE})
    if(HEARTH_SANITIZE MATCHES "undefined")
        target_compile_options(hearth_options INTERFACE -fno-sanitize-recover=undefined)
    endif()
endif()

find_program(HEARTH_CCACHE ccache)
if(HEARTH_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${HEARTH_CCACHE})
endif()
find_program(HEARTH_LLD ld.lld)
if(HEARTH_LLD)
    add_link_options(-fuse-ld=lld)
endif()

# hearth_library(name SOURCES … PUBLIC … PRIVATE … PCH …): a static library `hearth_<name>` with the alias
# `hearth::<name>`. PCH names the Qt headers that nearly every file of it includes.
function(hearth_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE;PCH" ${ARGN})
    add_library(hearth_${name} STATIC ${ARG_SOURCES})
    add_library(hearth::${name} ALIAS hearth_${name})
    target_link_libraries(hearth_${name}
        PUBLIC hearth_options ${ARG_PUBLIC}
        PRIVATE ${ARG_PRIVATE})
    hearth_precompile(hearth_${name} ${ARG_PCH})
endfunction()

function(hearth_precompile target)
    if(HEARTH_PCH AND ARGN)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()
