#pragma once

#include <thread>

namespace hearth {

/// Finds the system's fonts on a thread of its own, while the application is made and connects to the screen: that takes some
/// 10 ms, most of which fontconfig reads its forty files. Where fonts are found by something else, and without threads, it does nothing.
///
/// Make it before the application, and wait for it on the same thread before the first text is measured: whoever comes in between
/// reads all of it too.
class EarlyFonts
{
public:
    EarlyFonts();
    ~EarlyFonts(); ///< waits
    EarlyFonts(const EarlyFonts &) = delete;
    EarlyFonts &operator=(const EarlyFonts &) = delete;

    void wait();

private:
    std::thread m_finder;
};

} // namespace hearth
