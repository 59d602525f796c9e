using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>A payment session that a client opened for a customer, with the client's answers.</summary>
internal sealed class Visit(int number, Customer customer, SessionId id, Money amount, IReadOnlyList<Reference> claims, KeyUse? key)
{
    // Far from the numbers of requests.
    private const int FirstNumber = 1_000_000;

    private readonly List<PaymentId> _payments = [];
    private bool _isDone;

    public int Number => number;

    public Customer Customer => customer;

    public SessionId Id => id;

    public Money Amount => amount;

    /// <summary>The charges that its client names, unless it names none.</summary>
    public IReadOnlyList<Reference> Claims => claims;

    /// <summary>The key of the booking; null where its client sends none.</summary>
    public KeyUse? Key => key;

    /// <summary>The ids of all payments that were begun in it, or by booking it, if they became any.</summary>
    public IReadOnlyList<PaymentId> Payments => _payments;

    /// <summary>The payment in the answer to the client's booking; null while there is none.</summary>
    public Guid? Subject { get; private set; }

    /// <summary>An id for a payment that may come of it.</summary>
    public PaymentId NewPayment(World world)
    {
        var payment = new PaymentId(world.Merchant, world.Id($"visit {number} {_payments.Count}"));
        world.Number(payment, FirstNumber + (number * 1000) + _payments.Count);
        _payments.Add(payment);
        return payment;
    }

    /// <summary>The client gets the answer to its booking.</summary>
    public void Tell(Outcome outcome)
    {
        if (!outcome.Accepted)
            return;
        if ((Subject is { } before && before != outcome.Subject) || (_isDone && !outcome.Replayed))
        {
            throw new SimulationException(
                $"Visit {number} was booked as {Subject} and then as {outcome.Subject}, replayed {outcome.Replayed}.");
        }

        _isDone |= !outcome.Replayed;
        Subject = outcome.Subject;
    }
}
