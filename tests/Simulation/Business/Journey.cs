using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Business;

/// <summary>A seat that a client books, pays for, or gives back, with the client's answers.</summary>
internal sealed class Journey(int number, Booking booking)
{
    // Far from the numbers of requests and visits.
    private const int FirstNumber = 1_000_000_000;

    private readonly List<PaymentId> _payments = [];

    public int Number => number;

    /// <summary>The booking as it was asked for.</summary>
    public Booking Booking => booking;

    /// <summary>The ids of all payments that were begun for it, if they became any.</summary>
    public IReadOnlyList<PaymentId> Payments => _payments;

    /// <summary>The payment that is captured in the client's answer.</summary>
    public PaymentId? AnsweredPayment { get; private set; }

    /// <summary>Whether the client's answer says that the seat was given back.</summary>
    public bool IsGivenBack { get; set; }

    /// <summary>An id for a payment of it.</summary>
    public PaymentId NewPayment(World world)
    {
        var payment = new PaymentId(world.Merchant, world.Id($"journey {number} {_payments.Count}"));
        world.Number(payment, FirstNumber + (number * 1000) + _payments.Count);
        _payments.Add(payment);
        return payment;
    }

    /// <summary>The client gets the answer that it has paid.</summary>
    public void TellPaid(PaymentId payment)
    {
        if (AnsweredPayment is { } before && before != payment)
            throw new SimulationException($"The client of journey {number} heard of two payments: {before.Value} and {payment.Value}.");
        AnsweredPayment = payment;
    }
}
