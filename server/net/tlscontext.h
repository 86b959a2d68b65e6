#pragma once

#include "server/net/handshakethreads.h"
#include "server/net/tlsidentity.h"

#include <memory>

struct ssl_ctx_st;
struct ssl_st;

namespace hearth {

/// What all TLS connections of a server have in common: its identity, and which TLS it speaks. TLS 1.2 and 1.3 with
/// forward secrecy and authenticated encryption; no renegotiation, no compression, no session is kept or resumed: nothing
/// of a connection outlives it. Any thread may make sessions of it.
class TlsContext
{
public:
    /// The error is OpenSSL's: an identity that was parsed can only be refused by a stricter system-wide policy.
    [[nodiscard]] static Result<std::shared_ptr<TlsContext>, QString> make(const TlsIdentity &identity);
    ~TlsContext();
    TlsContext(const TlsContext &) = delete;
    TlsContext &operator=(const TlsContext &) = delete;

    /// A connection's state, for TlsWire; nothing when there is no memory.
    [[nodiscard]] ssl_st *newSession() const;
    /// Runs a step of a handshake on a thread for that: each takes half a millisecond, and whoever is inside should not wait for
    /// those who come. In the order of the calls; what has not begun when the context ends is dropped.
    void compute(HandshakeThreads::Step step) const;

private:
    explicit TlsContext(ssl_ctx_st *context);

    std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st *)> m_context;
    mutable HandshakeThreads m_threads; ///< end before what they compute with
};

} // namespace hearth
