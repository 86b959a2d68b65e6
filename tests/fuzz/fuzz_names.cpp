// Any text as a name of each kind. What is taken keeps the rules of docs/protocol.md §8, and taking it again changes
// nothing.

#include "protocol/ids.h"
#include "protocol/limits.h"
#include "tests/fuzz/fuzztarget.h"

#include <QList>

#include <algorithm>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

bool isControlOrFormat(char32_t c)
{
    const auto category = QChar::category(c);
    return category == QChar::Other_Control || category == QChar::Other_Format || category == QChar::Separator_Line
        || category == QChar::Separator_Paragraph;
}

/// U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069, by number and not by what Qt's tables say of them.
bool turnsDirection(char32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void checkUserName(const QString &text)
{
    const auto name = UserName::parse(text);
    if (!name)
        return;
    const QString shown = name->toString();
    const auto codePoints = shown.toUcs4();
    HEARTH_HOLDS(!codePoints.isEmpty() && codePoints.size() <= limits::MaxUserNameLength);
    HEARTH_HOLDS(std::none_of(codePoints.begin(), codePoints.end(), [](uint c) { return isControlOrFormat(c) || turnsDirection(c); }));
    HEARTH_HOLDS(!shown.contains(u'@') && !shown.contains(u'#') && !shown.contains(u':'));
    HEARTH_HOLDS(shown == shown.trimmed());
    HEARTH_HOLDS(QStringView(shown).isValidUtf16());

    const auto again = UserName::parse(shown);
    HEARTH_HOLDS(again.has_value());
    HEARTH_HOLDS(again->toString() == shown && again->folded() == name->folded());
    // Nobody else can have the folded form for a name: who writes it is taken for the owner.
    if (const auto folded = UserName::parse(name->folded()))
        HEARTH_HOLDS(*folded == *name);
}

void checkRoomId(const QString &text)
{
    const auto id = RoomId::parse(text);
    if (!id)
        return;
    HEARTH_HOLDS(id->toString() == text);
    HEARTH_HOLDS(text.size() <= limits::MaxRoomIdLength);
    const auto isAllowed = [](QChar c) { return c.unicode() > 0x20 && c.unicode() < 0x7f && !c.isUpper() && c != u'/'; };
    HEARTH_HOLDS(std::all_of(text.begin(), text.end(), isAllowed));
    HEARTH_HOLDS(id->isDirect() == text.contains(u':'));
}

void checkClientId(const QString &text)
{
    const auto id = ClientId::parse(text);
    if (!id)
        return;
    HEARTH_HOLDS(id->toString() == text);
    HEARTH_HOLDS(text.size() <= limits::MaxClientIdLength);
    HEARTH_HOLDS(std::none_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; }));
}

void check(const QString &text)
{
    checkUserName(text);
    checkRoomId(text);
    checkClientId(text);
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    check(QString::fromUtf8(input));
    // As UTF-16 too: lone surrogates do not come out of UTF-8.
    check(QString::fromUtf16(reinterpret_cast<const char16_t *>(QByteArray(input + '\0').constData()), input.size() / 2));
}
