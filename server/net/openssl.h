#pragma once

#include <QString>

#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/// OpenSSL's objects with owners. Only for the .cpp files beside this one.
namespace hearth::openssl {

template <auto release>
struct Free
{
    template <typename T>
    void operator()(T *object) const
    {
        release(object);
    }
};

using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using BioMethodPtr = std::unique_ptr<BIO_METHOD, Free<BIO_meth_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using SslPtr = std::unique_ptr<SSL, Free<SSL_free>>;

/// OpenSSL's words for what went wrong last on this thread; takes them off its list.
inline QString takeError()
{
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char *reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? QStringLiteral("no reason given") : QString::fromLatin1(reason);
}

} // namespace hearth::openssl
