#include "server/net/frameparser.h"

#include <QtEndian>

#include <algorithm>

namespace hearth {

namespace {

constexpr quint8 FinalBit = 0x80;
constexpr quint8 ReservedBits = 0x70;
constexpr quint8 OpcodeBits = 0x0f;
constexpr quint8 MaskBit = 0x80;
constexpr quint8 LengthBits = 0x7f;
constexpr quint8 ControlBit = 0x08;
constexpr quint64 MaxControlPayload = 125;

bool isKnown(quint8 opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

bool isControl(FrameParser::Opcode opcode) { return (static_cast<quint8>(opcode) & ControlBit) != 0; }

/// How many octets a code point has that begins with this one (RFC 3629, 4); 1 for one that cannot begin any longer one.
qsizetype codePointSize(quint8 lead)
{
    if (lead < 0xc2 || lead > 0xf4)
        return 1;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/// Whether these octets begin a code point whose rest may still come (RFC 3629, 4).
bool beginsCodePoint(QByteArrayView octets)
{
    const auto at = [octets](qsizetype i) { return static_cast<quint8>(octets.at(i)); };
    if (octets.size() < 2)
        return true;
    quint8 least = 0x80;
    quint8 most = 0xbf;
    switch (at(0)) {
    case 0xe0:
        least = 0xa0;
        break;
    case 0xed:
        most = 0x9f;
        break;
    case 0xf0:
        least = 0x90;
        break;
    case 0xf4:
        most = 0x8f;
        break;
    default:
        break;
    }
    return at(1) >= least && at(1) <= most && (octets.size() < 3 || (at(2) & 0xc0) == 0x80);
}

/// How many octets at the end of a text begin a code point and do not end it.
qsizetype unfinishedSize(QByteArrayView text)
{
    for (qsizetype size = 1; size <= std::min<qsizetype>(3, text.size()); ++size) {
        if (codePointSize(static_cast<quint8>(text.at(text.size() - size))) > size)
            return size;
    }
    return 0;
}

} // namespace

qsizetype FrameParser::headerSize() const
{
    if (m_header.size() < 2)
        return 2;
    constexpr qsizetype MaskSize = 4;
    switch (static_cast<quint8>(m_header.at(1)) & LengthBits) {
    case 126:
        return 2 + 2 + MaskSize;
    case 127:
        return 2 + 8 + MaskSize;
    default:
        return 2 + MaskSize;
    }
}

Result<void, ConnectionFailure> FrameParser::feed(QByteArrayView bytes, const Handler &handle)
{
    while (!bytes.isEmpty() || (m_isInPayload && m_payloadLeft == 0)) {
        if (!m_isInPayload) {
            const qsizetype missing = std::min(headerSize() - m_header.size(), bytes.size());
            m_header.append(bytes.first(missing));
            bytes = bytes.sliced(missing);
            if (m_header.size() == 2) {
                // What these two bytes forbid is refused before the rest of the header is waited for.
                const auto first = static_cast<quint8>(m_header.at(0));
                const auto second = static_cast<quint8>(m_header.at(1));
                if ((first & ReservedBits) != 0 || !isKnown(first & OpcodeBits) || (second & MaskBit) == 0)
                    return Unexpected(ConnectionFailure::ProtocolError);
            }
            if (m_header.size() < headerSize())
                continue;
            if (const auto read = readHeader(); !read)
                return read;
            m_header.clear();
            m_isInPayload = true;
        }
        const auto part = static_cast<qsizetype>(std::min<quint64>(m_payloadLeft, static_cast<quint64>(bytes.size())));
        takePayload(bytes.first(part));
        bytes = bytes.sliced(part);
        const bool isWhole = m_payloadLeft == 0 && m_isFinal;
        if (!isControl(m_opcode) && m_messageOpcode == Opcode::Text && !isTextSoFar(isWhole))
            return Unexpected(ConnectionFailure::BadUtf8);
        if (m_payloadLeft > 0)
            continue;
        m_isInPayload = false;
        if (isControl(m_opcode)) {
            if (!handle(m_opcode, std::exchange(m_control, {})))
                return {};
            continue;
        }
        m_isFragmented = !m_isFinal;
        if (!m_isFinal)
            continue;
        const QByteArray message = std::exchange(m_message, {});
        m_checkedText = 0;
        if (!handle(m_messageOpcode, message))
            return {};
    }
    return {};
}

Result<void, ConnectionFailure> FrameParser::readHeader()
{
    const auto first = static_cast<quint8>(m_header.at(0));
    const auto length7 = static_cast<quint8>(m_header.at(1)) & LengthBits;
    m_isFinal = (first & FinalBit) != 0;
    m_opcode = static_cast<Opcode>(first & OpcodeBits);
    const char *rest = m_header.constData() + 2;
    m_payloadLeft = static_cast<quint64>(length7);
    quint64 least = 0; // the shortest form is the only one (§5.2)
    if (length7 == 126) {
        m_payloadLeft = qFromBigEndian<quint16>(rest);
        least = 126;
        rest += 2;
    } else if (length7 == 127) {
        m_payloadLeft = qFromBigEndian<quint64>(rest);
        least = 0x10000;
        rest += 8;
    }
    if (m_payloadLeft < least || (m_payloadLeft >> 63) != 0)
        return Unexpected(ConnectionFailure::ProtocolError);
    std::copy_n(rest, 4, m_mask);
    m_maskPlace = 0;
    if (!isControl(m_opcode))
        return checkData(m_isFinal, m_opcode);
    if (!m_isFinal || m_payloadLeft > MaxControlPayload)
        return Unexpected(ConnectionFailure::ProtocolError);
    return {};
}

Result<void, ConnectionFailure> FrameParser::checkData(bool isFinal, Opcode opcode)
{
    const bool isContinuation = opcode == Opcode::Continuation;
    if (isContinuation != m_isFragmented)
        return Unexpected(ConnectionFailure::ProtocolError);
    if (!isContinuation) {
        m_messageOpcode = opcode;
        m_fragments = 0;
    }
    if (m_maxMessageSize > 0
        && m_payloadLeft > static_cast<quint64>(std::max<qint64>(0, m_maxMessageSize - m_message.size())))
        return Unexpected(ConnectionFailure::MessageTooBig);
    if (!isFinal && ++m_fragments > MaxFragments)
        return Unexpected(ConnectionFailure::Flood);
    return {};
}

bool FrameParser::isTextSoFar(bool isWhole)
{
    const QByteArrayView text = QByteArrayView(m_message).sliced(m_checkedText);
    const qsizetype unfinished = isWhole ? 0 : unfinishedSize(text);
    const QByteArrayView finished = text.chopped(unfinished);
    m_checkedText += finished.size();
    return QUtf8StringView(finished.data(), finished.size()).isValidUtf8() && beginsCodePoint(text.last(unfinished));
}

void FrameParser::takePayload(QByteArrayView bytes)
{
    QByteArray &target = isControl(m_opcode) ? m_control : m_message;
    const qsizetype start = target.size();
    // Doubling, so that a large message in small reads is not copied each time.
    if (target.capacity() < start + bytes.size())
        target.reserve(std::max(start + bytes.size(), 2 * target.capacity()));
    target.append(bytes);
    auto *data = reinterpret_cast<quint8 *>(target.data()) + start;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        data[i] ^= m_mask[(m_maskPlace + static_cast<unsigned>(i)) & 3U];
    m_maskPlace = static_cast<quint8>((m_maskPlace + static_cast<unsigned>(bytes.size())) & 3U);
    m_payloadLeft -= static_cast<quint64>(bytes.size());
}

} // namespace hearth
