#include "app/systemkeychain.h"

#include <qt6keychain/keychain.h>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString Service = u"Hearth"_s;
const QString Probe = u"open"_s; ///< an entry without a secret

void writeSecret(const QString &name, const QString &secret, std::function<void(bool isKept)> done)
{
    auto *job = new QKeychain::WritePasswordJob(Service); // deletes itself
    job->setInsecureFallback(false);
    job->setKey(name);
    job->setTextData(secret);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, done = std::move(done)] { done(job->error() == QKeychain::NoError); });
    job->start();
}

void removeSecret(const QString &name, std::function<void(bool isGone)> done)
{
    auto *job = new QKeychain::DeletePasswordJob(Service); // deletes itself
    job->setInsecureFallback(false);
    job->setKey(name);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, done = std::move(done)] {
        done(job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound);
    });
    job->start();
}

/// Only an open one takes something.
void probe(std::function<void(bool isOpen)> done) { writeSecret(Probe, Probe, std::move(done)); }

class SystemKeychain final : public Keychain
{
public:
    void read(const QString &name, std::function<void(const Found &found)> done) override
    {
        auto *job = new QKeychain::ReadPasswordJob(Service); // deletes itself
        job->setInsecureFallback(false);
        job->setKey(name);
        QObject::connect(job, &QKeychain::Job::finished, job, [job, done = std::move(done)] {
            const auto error = job->error();
            // libsecret says of a locked one, when nobody opens it, that there is no such entry.
            if (error == QKeychain::EntryNotFound)
                probe([done](bool isOpen) { done({ .isRefused = !isOpen }); });
            else
                done({ error != QKeychain::NoError, error == QKeychain::NoError ? job->textData() : QString() });
        });
        job->start();
    }
    void write(const QString &name, const QString &secret, std::function<void(bool isKept)> done) override
    {
        writeSecret(name, secret, std::move(done));
    }
    void remove(const QString &name, std::function<void(bool isGone)> done) override
    {
        // libsecret says of a locked one that the entry is gone.
        probe([name, done = std::move(done)](bool isOpen) {
            if (isOpen)
                removeSecret(name, done);
            else
                done(false);
        });
    }
};

} // namespace

std::shared_ptr<Keychain> systemKeychain()
{
    return std::make_shared<SystemKeychain>();
}

} // namespace hearth
