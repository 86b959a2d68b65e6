#pragma once

#include "protocol/result.h"
#include "server/net/connection.h"

#include <QByteArray>
#include <QByteArrayView>

#include <functional>

namespace hearth {

/// Reads what a client sends as RFC 6455 has it, strictly: masked frames, no reserved bits or opcodes, shortest
/// lengths, control frames whole and small, fragments in order, text that is UTF-8. What breaks a rule fails as
/// soon as it is there, whatever of its message is still to come (§8.1, §10.7). Gives whole messages, unmasked. Memory grows with what has arrived, never with what was announced.
class FrameParser
{
public:
    enum class Opcode : quint8 { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

    /// Most fragments of one message (65,537 are legal ones of 64 KiB text sent byte by byte).
    static constexpr int MaxFragments = 70'000;

    /// Told of each whole message or control frame; returning false stops the parsing (what follows is lost).
    using Handler = std::function<bool(Opcode opcode, const QByteArray &payload)>;

    explicit FrameParser(qint64 maxMessageSize) : m_maxMessageSize(maxMessageSize) { }

    /// 0 lifts the limit.
    void setMaxMessageSize(qint64 bytes) { m_maxMessageSize = bytes; }
    /// Takes bytes as they come. After a failure, nothing more may be fed.
    [[nodiscard]] Result<void, ConnectionFailure> feed(QByteArrayView bytes, const Handler &handle);
    /// Whether something was begun that is not whole yet.
    [[nodiscard]] bool isInMessage() const { return !m_header.isEmpty() || m_isInPayload || m_isFragmented; }

private:
    /// How many bytes the header that begins with `m_header` has; 2 until that can be known.
    [[nodiscard]] qsizetype headerSize() const;
    [[nodiscard]] Result<void, ConnectionFailure> readHeader();
    [[nodiscard]] Result<void, ConnectionFailure> checkData(bool isFinal, Opcode opcode);
    void takePayload(QByteArrayView bytes);
    /// Whether what has come of a text message is UTF-8, but for the beginning of a code point at its end while more may come.
    [[nodiscard]] bool isTextSoFar(bool isWhole);

    qint64 m_maxMessageSize;
    QByteArray m_header;
    // Of the frame whose payload is being read.
    quint64 m_payloadLeft = 0;
    quint8 m_mask[4] = {};
    // Of the message that its frames make up.
    int m_fragments = 0;
    Opcode m_messageOpcode = Opcode::Text;
    bool m_isFragmented = false;
    // Of the frame again: in this order they take no room in between.
    Opcode m_opcode = Opcode::Continuation;
    bool m_isInPayload = false;
    bool m_isFinal = false;
    quint8 m_maskPlace = 0; ///< 0 … 3
    QByteArray m_message;
    qsizetype m_checkedText = 0; // bytes of m_message
    QByteArray m_control;
};

} // namespace hearth
