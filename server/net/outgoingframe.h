#pragma once

#include <QByteArray>

namespace hearth {

/// What a connection that cannot keep up may be spared.
enum class Delivery {
    Required, ///< the connection is closed rather than that this is left out
    Droppable, ///< typing, presence: left out when the connection's queue is long
};

/// One WebSocket message on its way out, framed once: copies share the same bytes, so that a broadcast
/// to any number of connections holds them once. A server's frames are not masked (RFC 6455 §5.1), which
/// is why all recipients can get the same ones. Immutable; any thread.
class OutgoingFrame
{
public:
    /// `utf8` must be valid UTF-8: it is ours.
    [[nodiscard]] static OutgoingFrame text(const QByteArray &utf8,
                                            Delivery delivery = Delivery::Required);
    [[nodiscard]] static OutgoingFrame binary(const QByteArray &bytes,
                                              Delivery delivery = Delivery::Required);

    /// The message without its frame.
    [[nodiscard]] QByteArray payload() const;
    /// Header and payload as they go over the wire.
    [[nodiscard]] const QByteArray &wire() const { return m_wire; }
    [[nodiscard]] bool isText() const { return m_isText; }
    [[nodiscard]] Delivery delivery() const { return m_delivery; }

    /// The bytes of one unmasked frame; `finalOpcode` has its FIN bit set.
    [[nodiscard]] static QByteArray framed(char finalOpcode, QByteArrayView payload);

private:
    [[nodiscard]] static OutgoingFrame make(char opcode, const QByteArray &payload, Delivery delivery);

    QByteArray m_wire;
    qsizetype m_headerSize = 0;
    bool m_isText = true;
    Delivery m_delivery = Delivery::Required;
};

} // namespace hearth
