#include "server/net/relayedconnection.h"

#include "server/net/channelrelay.h"

namespace hearth {

using namespace relay;

RelayedConnection::RelayedConnection(const Opened &opened, ChannelRelay &relay, int lane, Place place)
    : Connection(opened.info, opened.id), m_relay(relay), m_lane(lane), m_place(place)
{
}

void RelayedConnection::send(const OutgoingFrame &frame)
{
    if (m_state == State::Open)
        m_relay.send(m_lane, m_place, Order::Kind::Send, frame);
    else if (m_state == State::Failing)
        m_relay.send(m_lane, m_place, Order::Kind::SayLast, frame);
}

void RelayedConnection::close(CloseCode code, const QString &reason)
{
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_relay.close(m_lane, m_place, { code, reason });
}

void RelayedConnection::abort()
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closing;
    m_relay.order(m_lane, m_place, Order::Kind::Abort);
}

void RelayedConnection::setMaxMessageSize(qint64 bytes)
{
    if (m_state == State::Open)
        m_relay.setMaxMessageSize(m_lane, m_place, bytes);
}

// Whoever is being closed is not listened to, whatever was on its way.

void RelayedConnection::tell(const Text &said)
{
    if (isOpen())
        listener().heardText(*this, said.text);
}

void RelayedConnection::tell(const Binary &said)
{
    if (isOpen())
        listener().heardBinary(*this, said.bytes);
}

void RelayedConnection::tell(const Pinged &said)
{
    if (isOpen())
        listener().heardPing(*this, said.payload);
}

void RelayedConnection::tell(const Ponged &said)
{
    if (isOpen())
        listener().heardPong(*this, said.payload);
}

/// After all that was said in answer to what the peer said before.
void RelayedConnection::tell(const PeerClosing &)
{
    m_state = State::Closing;
    m_relay.order(m_lane, m_place, Order::Kind::End);
}

void RelayedConnection::tell(const Failed &what)
{
    m_state = State::Failing;
    listener().hasFailed(*this, what.failure);
    m_state = State::Closing;
    m_relay.order(m_lane, m_place, Order::Kind::End);
}

void RelayedConnection::tell(const Closed &how)
{
    m_state = State::Closed;
    listener().hasClosed(*this, how.code, how.reason); // deletes it later
}

} // namespace hearth
