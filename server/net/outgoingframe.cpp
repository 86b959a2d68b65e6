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
    frame.m_wire = frameHeader(opcode, payload.size());
    frame.m_headerSize = frame.m_wire.size();
    frame.m_wire.append(payload);
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

QByteArray OutgoingFrame::frameHeader(char finalOpcode, qsizetype size)
{
    QByteArray header(1, finalOpcode);
    if (size < 126) {
        header.append(static_cast<char>(size));
    } else if (size <= 0xffff) {
        char length[2];
        qToBigEndian(static_cast<quint16>(size), length);
        header.append('\x7e').append(length, sizeof length);
    } else {
        char length[8];
        qToBigEndian(static_cast<quint64>(size), length);
        header.append('\x7f').append(length, sizeof length);
    }
    return header;
}

} // namespace hearth
