#include "server/net/fardoors.h"

#include "server/net/channelrelay.h"
#include "server/net/doorway.h"
#include "server/net/iothreads.h"
#include "server/net/tcpwire.h"

#include <QSemaphore>

#include <algorithm>

namespace hearth {

struct FarDoors::Door
{
    IoThread *thread = nullptr; ///< not owned
    Router router;
    std::unique_ptr<Doorway> doorway;
};

FarDoors::FarDoors() : m_pages(std::make_shared<Pages>()) { }

FarDoors::~FarDoors()
{
    m_pages->clear(); // whoever asks from now on hears nothing
    // Waits: what the doors lead to may end as soon as this has.
    QSemaphore closed;
    for (const auto &door : m_doors) {
        door->thread->post([door, &closed] {
            door->thread->removeSource(door.get());
            door->doorway.reset();
            closed.release();
        });
    }
    closed.acquire(static_cast<int>(m_doors.size()));
}

void FarDoors::open(IoThreads &threads, const ListenerSettings &settings, const Router &router,
                    const std::shared_ptr<Admissions> &admissions)
{
    m_threads = &threads;
    ListenerSettings own = settings;
    if (own.maxWaiting > 0)
        own.maxWaiting = std::max(1, own.maxWaiting / threads.count()); // together they have the places of one
    // Posts the making of the far ends, before that of the doors that lead to them.
    std::map<const Channel *, const ChannelRelay *> relays;
    router.forEachChannel([&](Channel &channel) { relays.emplace(&channel, &threads.relay(channel)); });
    for (int i = 0; i < threads.count(); ++i) {
        auto door = std::make_shared<Door>();
        door->thread = &threads.thread(i);
        door->thread->post([door, own, admissions, router, relays, i] {
            door->router = router.mapped([&relays, i](Channel &channel) -> Channel & { return relays.at(&channel)->farEnd(i); });
            door->doorway = std::make_unique<Doorway>(own, door->router, nullptr, admissions);
            door->doorway->setTurnClock(&door->thread->clock());
            door->thread->addSource(door.get(), [it = door.get()](IoFigures &figures) { figures.door.add(it->doorway->figures()); });
        });
        m_doors.push_back(std::move(door));
    }
    for (const auto &[path, page] : *m_pages)
        addPage(path, page.reach);
}

void FarDoors::enter(qintptr descriptor)
{
    const auto &door = m_doors[static_cast<std::size_t>(m_threads->leastLoaded())];
    door->thread->post([door, descriptor, used = door->thread->use()] {
        door->doorway->enter(std::make_unique<TcpWire>(descriptor), used);
    });
}

void FarDoors::clear()
{
    forEach([](Door &door) { door.doorway->clear(); });
}

void FarDoors::forEach(void (*work)(Door &))
{
    for (const auto &door : m_doors)
        door->thread->post([door, work] { work(*door); });
}

void FarDoors::setHttpHandler(const QString &path, const Listener::HttpHandler &handler, HttpReach reach)
{
    (*m_pages)[path] = { handler, reach };
    addPage(path, reach);
}

/// Asked for on the door's thread, made on the listener's, answered on the door's.
void FarDoors::addPage(const QString &path, HttpReach reach)
{
    for (const auto &door : m_doors) {
        IoThread *thread = door->thread;
        const Listener::HttpHandler ask = [home = m_threads, pages = m_pages, path, thread](const auto &answered) {
            const auto make = [pages, path, thread, answered] {
                const auto page = pages->find(path);
                if (page == pages->end())
                    return; // the listener is gone
                page->second.handler([thread, answered](const HttpResponse &response) {
                    thread->post([answered, response] { answered(response); });
                });
            };
            QMetaObject::invokeMethod(home, make, Qt::QueuedConnection);
        };
        thread->post([door, path, reach, ask] { door->doorway->setHttpHandler(path, ask, reach); });
    }
}

DoorFigures FarDoors::figures() const
{
    DoorFigures all;
    if (!isUsed())
        return all;
    for (const IoFigures &figures : m_threads->figures())
        all.add(figures.door);
    return all;
}

} // namespace hearth
