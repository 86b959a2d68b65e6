#pragma once

#include <QtGlobal>

namespace hearth::test {

/// How many I/O threads a test's channels are served by: ctest runs some tests a second time, with two
/// (hearth_test_with_io_threads).
inline int ioThreadCount() { return qEnvironmentVariableIntValue("HEARTH_TEST_IO_THREADS"); }

} // namespace hearth::test
