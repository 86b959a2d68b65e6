#include "protocol/jsonreader.h"

#include <QSet>

#include <algorithm>
#include <limits>

namespace hearth::codec {

using namespace Qt::Literals::StringLiterals;

namespace {

QByteArrayView bytesOf(const rapidjson::Value &string)
{
    return { string.GetString(), static_cast<qsizetype>(string.GetStringLength()) };
}

/// Whether it has so few brackets that no order of them would be too deep: as most have. Looked for in steps of a vector register.
bool hasFewBrackets(QByteArrayView json)
{
    int count = 0;
    for (const char bracket : { '[', '{' }) {
        for (qsizetype at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
            if (++count > limits::MaxJsonDepth)
                return false;
        }
    }
    return true;
}

/// Looked at before parsing, so that what parses is known to be shallow.
bool isTooDeep(QByteArrayView json)
{
    if (hasFewBrackets(json))
        return false;
    int depth = 0;
    bool isInString = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (isInString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                isInString = false;
        } else if (c == '"') {
            isInString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limits::MaxJsonDepth)
                return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

bool hasDuplicate(const rapidjson::Value &object)
{
    constexpr rapidjson::SizeType FewEnoughToCompare = 12;
    if (object.MemberCount() <= FewEnoughToCompare) {
        for (auto a = object.MemberBegin(); a != object.MemberEnd(); ++a) {
            for (auto b = object.MemberBegin(); b != a; ++b) {
                if (a->name == b->name)
                    return true;
            }
        }
        return false;
    }
    QSet<QByteArrayView> seen;
    for (const auto &member : object.GetObject()) {
        const auto before = seen.size();
        seen.insert(bytesOf(member.name));
        if (seen.size() == before)
            return true;
    }
    return false;
}

/// What RapidJSON lets pass in an escape: a lone low surrogate comes out of it as the three bytes of its code point,
/// which are not UTF-8 (RFC 3629 §3).
std::optional<DecodeReason> faultOfText(QByteArrayView utf8)
{
    if (utf8.contains('\0'))
        return DecodeReason::NulCharacter;
    if (!QUtf8StringView(utf8.data(), utf8.size()).isValidUtf8())
        return DecodeReason::LoneSurrogate;
    return std::nullopt;
}

enum class Texts { AsTheyCame, Unescaped };

/// Recursion is bounded by MaxJsonDepth. Texts that were not escaped were looked at with the whole input.
std::optional<DecodeReason> faultOf(const rapidjson::Value &value, Texts texts)
{
    if (value.IsString())
        return texts == Texts::Unescaped ? faultOfText(bytesOf(value)) : std::nullopt;
    if (value.IsArray()) {
        for (const auto &element : value.GetArray()) {
            if (const auto fault = faultOf(element, texts))
                return fault;
        }
    }
    if (value.IsObject()) {
        if (value.MemberCount() > rapidjson::SizeType { limits::MaxJsonMembers })
            return DecodeReason::TooManyMembers;
        if (hasDuplicate(value))
            return DecodeReason::DuplicateMember;
        for (const auto &member : value.GetObject()) {
            if (const auto fault = faultOf(member.name, texts))
                return fault;
            if (const auto fault = faultOf(member.value, texts))
                return fault;
        }
    }
    return std::nullopt;
}

DecodeReason reasonOf(rapidjson::ParseErrorCode error)
{
    switch (error) {
    case rapidjson::kParseErrorNumberTooBig:
        return DecodeReason::NumberOutOfRange;
    case rapidjson::kParseErrorStringInvalidEncoding: // a control character: the encoding was looked at before
        return DecodeReason::NotUtf8;
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
        return DecodeReason::LoneSurrogate;
    default:
        return DecodeReason::NotJson;
    }
}

} // namespace

Result<rapidjson::Document, DecodeReason> parseObject(QByteArrayView json)
{
    if (isTooDeep(json))
        return Unexpected(DecodeReason::TooDeep);
    if (json.contains('\0'))
        return Unexpected(DecodeReason::NotJson); // RapidJSON would take it for the end
    // All at once, in steps of a vector register; RapidJSON would do it sign by sign.
    if (!QUtf8StringView(json.data(), json.size()).isValidUtf8())
        return Unexpected(DecodeReason::NotUtf8);
    rapidjson::Document document;
    document.Parse(json.data(), static_cast<std::size_t>(json.size()));
    if (document.HasParseError())
        return Unexpected(reasonOf(document.GetParseError()));
    if (const auto fault = faultOf(document, json.contains('\\') ? Texts::Unescaped : Texts::AsTheyCame))
        return Unexpected(*fault);
    if (!document.IsObject())
        return Unexpected(DecodeReason::NotAnObject);
    return document;
}

void MemberReader::fail(DecodeReason reason, QLatin1StringView member)
{
    if (!m_failure)
        m_failure = DecodeFailure { reason, QString(member), {}, {} };
}

const rapidjson::Value *MemberReader::find(QLatin1StringView key) const
{
    const rapidjson::Value name(rapidjson::StringRef(key.data(), static_cast<std::size_t>(key.size())));
    const auto member = m_object.FindMember(name);
    if (member == m_object.MemberEnd() || member->value.IsNull())
        return nullptr;
    return &member->value;
}

QString MemberReader::text(QLatin1StringView key)
{
    const rapidjson::Value *value = find(key);
    if (value == nullptr || !value->IsString()) {
        fail(value == nullptr ? DecodeReason::MissingMember : DecodeReason::WrongType, key);
        return {};
    }
    return QString::fromUtf8(bytesOf(*value));
}

QString MemberReader::text(QLatin1StringView key, int maxLength, DecodeReason tooLong)
{
    QString value = text(key);
    if (value.size() > maxLength) {
        fail(tooLong, key);
        return {};
    }
    return value;
}

QString MemberReader::textOr(QLatin1StringView key, int maxLength, const QString &fallback)
{
    return isAbsent(key) ? fallback : text(key, maxLength, DecodeReason::OutOfRange);
}

QString MemberReader::lineOr(QLatin1StringView key, int maxLength, const QString &fallback)
{
    const QString line = textOr(key, maxLength, fallback);
    const auto isControl = [](QChar c) {
        return c.category() == QChar::Other_Control || c.category() == QChar::Separator_Line
            || c.category() == QChar::Separator_Paragraph;
    };
    if (std::any_of(line.begin(), line.end(), isControl))
        fail(DecodeReason::OutOfRange, key);
    return line;
}

QString MemberReader::content(QLatin1StringView key)
{
    QString value = text(key);
    if (!m_failure && value.isEmpty())
        fail(DecodeReason::OutOfRange, key);
    const int most = m_limits.maxContentLength;
    // Code points are at most as many as UTF-16 units: most messages need not be counted.
    if (most > 0 && value.size() > most && value.toUcs4().size() > most)
        fail(DecodeReason::TooLong, key);
    return value;
}

bool MemberReader::boolean(QLatin1StringView key)
{
    const rapidjson::Value *value = find(key);
    if (value == nullptr || !value->IsBool()) {
        fail(value == nullptr ? DecodeReason::MissingMember : DecodeReason::WrongType, key);
        return false;
    }
    return value->GetBool();
}

bool MemberReader::booleanOr(QLatin1StringView key, bool fallback)
{
    return isAbsent(key) ? fallback : boolean(key);
}

qint64 MemberReader::integer(QLatin1StringView key, qint64 min, qint64 max)
{
    const rapidjson::Value *value = find(key);
    if (value == nullptr || !value->IsNumber()) {
        fail(value == nullptr ? DecodeReason::MissingMember : DecodeReason::WrongType, key);
        return min;
    }
    if (!value->IsInt64() || value->GetInt64() < min || value->GetInt64() > max) {
        fail(DecodeReason::OutOfRange, key);
        return min;
    }
    return value->GetInt64();
}

std::optional<qint64> MemberReader::wholeNumber(QLatin1StringView key) const
{
    const rapidjson::Value *value = find(key);
    if (value == nullptr || !value->IsInt64())
        return std::nullopt;
    return value->GetInt64();
}

qint64 MemberReader::integerOr(QLatin1StringView key, qint64 min, qint64 max, qint64 fallback)
{
    return isAbsent(key) ? fallback : integer(key, min, max);
}

int MemberReader::limit(QLatin1StringView key, int max, int fallback)
{
    const qint64 asked = integerOr(key, 1, std::numeric_limits<qint64>::max(), fallback);
    return static_cast<int>(std::min<qint64>(asked, max));
}

RoomId MemberReader::room(QLatin1StringView key)
{
    const QString name = text(key);
    if (m_failure)
        return {};
    const auto id = RoomId::parse(name);
    if (!id) {
        fail(id.error() == NameError::Empty ? DecodeReason::OutOfRange : DecodeReason::NoSuchRoom, key);
        return {};
    }
    return *id;
}

UserName MemberReader::user(QLatin1StringView key)
{
    const QString name = text(key);
    if (m_failure)
        return {};
    const auto user = UserName::parse(name);
    if (!user) {
        fail(DecodeReason::BadName, key);
        return {};
    }
    return *user;
}

Seq MemberReader::seq(QLatin1StringView key, qint64 min)
{
    return Seq(integer(key, min, std::numeric_limits<qint64>::max()));
}

QDateTime MemberReader::time(QLatin1StringView key)
{
    const QString value = text(key);
    if (m_failure)
        return {};
    const auto time = parseTimestamp(value);
    if (!time)
        fail(DecodeReason::OutOfRange, key);
    return time.value_or(QDateTime());
}

ClientId MemberReader::clientId(QLatin1StringView key)
{
    const QString value = text(key);
    if (m_failure)
        return {};
    const auto id = ClientId::parse(value);
    if (!id) {
        fail(DecodeReason::OutOfRange, key);
        return {};
    }
    return *id;
}

rapidjson::Value::ConstArray MemberReader::array(QLatin1StringView key)
{
    static const rapidjson::Value nothing(rapidjson::kArrayType);
    const rapidjson::Value *value = find(key);
    if (value == nullptr || !value->IsArray()) {
        fail(value == nullptr ? DecodeReason::MissingMember : DecodeReason::WrongType, key);
        return nothing.GetArray();
    }
    return value->GetArray();
}

QStringList MemberReader::strings(QLatin1StringView key)
{
    QStringList list;
    for (const rapidjson::Value &value : array(key)) {
        if (!value.IsString()) {
            fail(DecodeReason::WrongType, key);
            break;
        }
        list.append(QString::fromUtf8(bytesOf(value)));
    }
    return list;
}

QList<UserName> MemberReader::users(QLatin1StringView key)
{
    QList<UserName> list;
    for (const QString &text : strings(key)) {
        const auto name = UserName::parse(text);
        if (!name) {
            fail(DecodeReason::BadName, key);
            break;
        }
        list.append(*name);
    }
    return list;
}

std::optional<RequestId> readRequestId(MemberReader &in)
{
    constexpr auto key = "id"_L1;
    if (in.isAbsent(key))
        return std::nullopt;
    if (const auto number = in.wholeNumber(key))
        return RequestId(*number);
    const QString text = in.text(key, limits::MaxRequestIdLength, DecodeReason::OutOfRange);
    if (in.failure())
        return std::nullopt;
    return RequestId(text);
}

} // namespace hearth::codec
