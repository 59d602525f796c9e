using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;

namespace Quittance.Storage.Console;

/// <summary>All that a customer's page shows.</summary>
/// <param name="Customer">The account with what clients call it.</param>
/// <param name="Ledger">Its ledger accounts.</param>
/// <param name="OpenCharges">What is owed and not settled, due longest first; the first of them.</param>
/// <param name="Overdue">What of it is past its day, for each currency.</param>
/// <param name="Instruments">Its cards and bank accounts.</param>
/// <param name="Orders">Its latest orders with their names.</param>
/// <param name="Sessions">Its sessions that are open.</param>
/// <param name="Bookings">Its bookings.</param>
/// <param name="Payments">Its latest payments, newest first.</param>
public sealed record CustomerDetails(
    NamedAccount Customer, IReadOnlyList<LedgerTotals> Ledger, IReadOnlyList<Charge> OpenCharges, IReadOnlyList<Overdue> Overdue,
    IReadOnlyList<Instrument> Instruments, IReadOnlyList<(Order Order, IReadOnlyList<Reference> Names)> Orders, IReadOnlyList<Session> Sessions,
    IReadOnlyList<Booking> Bookings, IReadOnlyList<Payment> Payments);
