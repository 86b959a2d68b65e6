#include "server/chat/lookalikes.h"

#include <algorithm>
#include <memory>

#include <unicode/uspoof.h>

namespace hearth {

namespace {

struct Close
{
    void operator()(USpoofChecker *checker) const { uspoof_close(checker); }
};

/// Nothing where ICU's data is missing: then no name looks like another.
const USpoofChecker *checker()
{
    static const std::unique_ptr<USpoofChecker, Close> opened = [] {
        UErrorCode status = U_ZERO_ERROR;
        return std::unique_ptr<USpoofChecker, Close>(uspoof_open(&status));
    }();
    return opened.get();
}

bool isAscii(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x80; });
}

} // namespace

QString skeletonOf(const UserName &name)
{
    const QString text = name.folded().simplified();
    if (checker() == nullptr)
        return text;
    constexpr qsizetype Growth = 20; // one character becomes as many at the most (Arabic ligatures do)
    QString skeleton(text.size() * Growth, Qt::Uninitialized);
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = uspoof_getSkeleton(checker(), 0, reinterpret_cast<const UChar *>(text.utf16()), static_cast<int32_t>(text.size()),
                                            reinterpret_cast<UChar *>(skeleton.data()), static_cast<int32_t>(skeleton.size()), &status);
    if (U_FAILURE(status))
        return text;
    skeleton.truncate(size);
    return skeleton;
}

bool areLookAlikes(const UserName &a, const UserName &b)
{
    if (a == b)
        return false;
    if (isAscii(a.folded()) && isAscii(b.folded()))
        return a.folded().simplified() == b.folded().simplified();
    return skeletonOf(a) == skeletonOf(b);
}

} // namespace hearth
