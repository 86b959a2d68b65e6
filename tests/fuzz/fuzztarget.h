#pragma once

#include <QByteArray>

#include <cstdio>
#include <cstdlib>

/// For fuzz targets. Each is one file with `runFuzzInput()`; fuzztarget.cpp makes it what libFuzzer calls, and
/// replaymain.cpp runs the corpus through it where there is no libFuzzer.
namespace hearth::fuzz {

/// One input, to its end. A finding ends the process.
void runFuzzInput(const QByteArray &input);

/// The application object, made with the first call, for targets that need an event loop. What the program logs as
/// critical is a finding from then on.
void needEventLoop();

[[noreturn]] inline void finding(const char *file, int line, const char *text)
{
    std::fprintf(stderr, "%s:%d: finding: %s\n", file, line, text);
    std::abort();
}

} // namespace hearth::fuzz

/// What holds whatever the input is. Stays when assertions are compiled out.
#define HEARTH_HOLDS(condition)                                                                              \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            hearth::fuzz::finding(__FILE__, __LINE__, #condition);                                           \
    } while (false)
