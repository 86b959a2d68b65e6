#include "protocol/ids.h"

#include "protocol/limits.h"

#include <QList>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto DirectPrefix = "dm:"_L1;
constexpr int DirectDigits = 32;

bool isAsciiLower(QChar c) { return c >= u'a' && c <= u'z'; }
bool isAsciiDigit(QChar c) { return c >= u'0' && c <= u'9'; }
bool isHexDigit(QChar c) { return isAsciiDigit(c) || (c >= u'a' && c <= u'f'); }

/// What may not stand in a name: controls and line breaks, everything invisible or direction-changing by
/// which two names could look alike (Unicode TR 36 §2), private and unassigned code points, and the three
/// signs that mean something in text.
bool isForbiddenInName(char32_t c)
{
    if (c == U'@' || c == U'#' || c == U':')
        return true;
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        break;
    }
    // Letters that are drawn as nothing: Hangul fillers, the combining grapheme joiner, variation selectors.
    return c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x034F
        || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || c == 0x2800;
}

/// Full case folding (Unicode CaseFolding.txt, C and F). Qt folds one character to one; where it is more ("ß"
/// and "ẞ" to "ss", "İ" to "i̇"), the upper or the lower case is longer too, and leads there.
QString foldCase(const QString &text)
{
    QString folded;
    for (const uint c : text.toUcs4()) {
        const char32_t codePoint = c;
        QString one = QString::fromUcs4(&codePoint, 1).toCaseFolded();
        if (const QString upper = one.toUpper(); upper.size() > one.size())
            one = upper.toCaseFolded();
        else if (const QString lower = one.toLower(); lower.size() > one.size())
            one = lower;
        folded += one;
    }
    return folded;
}

/// Spaces and what is visible of ASCII: NFKC leaves it as it is, and folds it to lower case.
bool isPlainAscii(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u' ' && c <= u'~'; });
}

} // namespace

Result<RoomId, NameError> RoomId::parse(QStringView text)
{
    if (text.isEmpty())
        return Unexpected(NameError::Empty);
    RoomId id;
    if (text.startsWith(DirectPrefix)) {
        const QStringView digits = text.sliced(DirectPrefix.size());
        if (digits.size() != DirectDigits || !std::all_of(digits.begin(), digits.end(), isHexDigit))
            return Unexpected(NameError::ForbiddenCharacter);
        id.m_text = text.toString();
        return id;
    }
    if (text.size() > limits::MaxRoomIdLength)
        return Unexpected(NameError::TooLong);
    const auto isAllowed = [](QChar c) {
        return isAsciiLower(c) || isAsciiDigit(c) || c == u'.' || c == u'_' || c == u'-';
    };
    if (!isAsciiLower(text.front()) && !isAsciiDigit(text.front()))
        return Unexpected(NameError::ForbiddenCharacter);
    if (!std::all_of(text.begin(), text.end(), isAllowed))
        return Unexpected(NameError::ForbiddenCharacter);
    id.m_text = text.toString();
    return id;
}

RoomId RoomId::lobby()
{
    RoomId id;
    id.m_text = u"lobby"_s;
    return id;
}

bool RoomId::isDirect() const { return m_text.startsWith(DirectPrefix); }

Result<UserName, NameError> UserName::parse(QStringView text)
{
    // NFKC can make a string up to 18 times longer: bound the work before it.
    if (text.size() > 4 * limits::MaxUserNameLength)
        return Unexpected(NameError::TooLong);
    const bool isAscii = isPlainAscii(text); // most names are, and every message has one
    const QString normal = isAscii ? text.trimmed().toString() : text.toString().normalized(QString::NormalizationForm_KC).trimmed();
    if (normal.isEmpty())
        return Unexpected(NameError::Empty);
    const auto codePoints = normal.toUcs4();
    if (codePoints.size() > limits::MaxUserNameLength)
        return Unexpected(NameError::TooLong);
    if (!QStringView(normal).isValidUtf16()
        || std::any_of(codePoints.begin(), codePoints.end(), [](uint c) { return isForbiddenInName(c); }))
        return Unexpected(NameError::ForbiddenCharacter);
    UserName name;
    name.m_text = normal;
    name.m_folded = isAscii ? normal.toLower() : foldCase(normal).normalized(QString::NormalizationForm_KC);
    return name;
}

Result<ClientId, NameError> ClientId::parse(QStringView text)
{
    if (text.isEmpty())
        return Unexpected(NameError::Empty);
    if (text.size() > limits::MaxClientIdLength)
        return Unexpected(NameError::TooLong);
    const auto isControl = [](QChar c) { return c.category() == QChar::Other_Control; };
    if (std::any_of(text.begin(), text.end(), isControl))
        return Unexpected(NameError::ForbiddenCharacter);
    ClientId id;
    id.m_text = text.toString();
    return id;
}

ClientId ClientId::generate()
{
    std::array<quint32, 4> random {};
    QRandomGenerator::system()->fillRange(random.data(), static_cast<qsizetype>(random.size()));
    ClientId id;
    id.m_text = QString::fromLatin1(
        QByteArray::fromRawData(reinterpret_cast<const char *>(random.data()), sizeof random).toHex());
    return id;
}

} // namespace hearth
