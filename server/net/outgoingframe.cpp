#include "server/net/outgoingframe.h"

#include <QtEndian>

namespace hearth {

namespace {

constexpr char FinalText = '\x81'; // FIN and opcode 1 (RFC 6455 §5.2)
constexpr char FinalBinary = '\x82';

} // namespace

QByteArray OutgoingFrame::payload() const { return m_wire.sliced(m_headerSize); }

OutgoingFrame OutgoingFrame::make(char opcode, const QByteArray &payload, Delivery delivery)
{
    OutgoingFrame frame;
    frame.m_isText = opcode == FinalText;
    frame.m_delivery = delivery;
    frame.m_wire = framed(opcode, payload);
    frame.m_headerSize = frame.m_wire.size() - payload.size();
    return frame;
}

OutgoingFrame OutgoingFrame::text(const QByteArray &utf8, Delivery delivery)
{
    return make(FinalText, utf8, delivery);
}

OutgoingFrame OutgoingFrame::binary(const QByteArray &bytes, Delivery delivery)
{
    return make(FinalBinary, bytes, delivery);
}

QByteArray OutgoingFrame::framed(char finalOpcode, QByteArrayView payload)
{
    constexpr qsizetype LongestHeader = 10; // bytes, without a mask
    QByteArray frame;
    frame.reserve(LongestHeader + payload.size());
    frame.append(finalOpcode);
    if (payload.size() < 126) {
        frame.append(static_cast<char>(payload.size()));
    } else if (payload.size() <= 0xffff) {
        char length[2];
        qToBigEndian(static_cast<quint16>(payload.size()), length);
        frame.append('\x7e').append(length, sizeof length);
    } else {
        char length[8];
        qToBigEndian(static_cast<quint64>(payload.size()), length);
        frame.append('\x7f').append(length, sizeof length);
    }
    return frame.append(payload);
}

} // namespace hearth
