#include "ui/earlyfonts.h"

#ifdef HEARTH_WITH_FONTCONFIG
#include <fontconfig/fontconfig.h>

#include <system_error>
#endif

namespace hearth {

#ifdef HEARTH_WITH_FONTCONFIG
namespace {

/// Reads the configuration, and looks at each font once as Qt will (qfontconfigdatabase.cpp, populateFontDatabase()).
void findFonts()
{
    FcInit();
    FcPattern *any = FcPatternCreate();
    FcObjectSet *wanted = FcObjectSetBuild(FC_FAMILY, nullptr);
    if (FcFontSet *found = FcFontList(nullptr, any, wanted))
        FcFontSetDestroy(found);
    FcObjectSetDestroy(wanted);
    FcPatternDestroy(any);
}

} // namespace
#endif

EarlyFonts::EarlyFonts()
{
#ifdef HEARTH_WITH_FONTCONFIG
    try {
        m_finder = std::thread(findFonts);
    } catch (const std::system_error &) { // no more threads: Qt finds them when it needs one
    }
#endif
}

EarlyFonts::~EarlyFonts() { wait(); }

void EarlyFonts::wait()
{
    if (m_finder.joinable())
        m_finder.join();
}

} // namespace hearth
