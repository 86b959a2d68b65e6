#include "client/invites.h"

namespace hearth {

using What = RequestFailure::What;

Invites::Invites(Ask ask, QObject *parent) : QObject(parent), m_ask(std::move(ask)) { }

void Invites::create(const CreateInvite &wanted)
{
    m_ask(What::CreateInvite, wanted, [this](const ServerFrame &frame) {
        if (const auto *made = std::get_if<InviteCreated>(&frame))
            emit created(made->invite, made->code);
    });
}

void Invites::list()
{
    m_ask(What::ListInvites, ListInvites {}, [this](const ServerFrame &frame) {
        if (const auto *held = std::get_if<InvitesListed>(&frame))
            emit listed(held->invites);
    });
}

void Invites::revoke(const QString &invite)
{
    m_ask(What::RevokeInvite, RevokeInvite { invite }, [this](const ServerFrame &) { list(); });
}

} // namespace hearth
