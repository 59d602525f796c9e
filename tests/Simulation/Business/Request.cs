using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Payments;

namespace Quittance.Tests.Simulation.Business;

/// <summary>A client's request for a payment, sent once or again with its key, and its answers.</summary>
internal sealed class Request(int number, RecordPayment command)
{
    private readonly List<PaymentId> _payments = [];
    private string? _answer;
    private bool _isDone;

    public int Number => number;

    public RecordPayment Command => command;

    /// <summary>The ids that its sendings brought, of which one at most becomes a payment.</summary>
    public IReadOnlyList<PaymentId> Payments => _payments;

    /// <summary>The payment in the client's answer; null while there is none.</summary>
    public Guid? Subject { get; private set; }

    /// <summary>The event of the client's answer.</summary>
    public int Sequence { get; private set; }

    /// <summary>The final status in the client's answers; null while there is none.</summary>
    public PaymentStatus? AnsweredStatus { get; private set; }

    /// <summary>How many requests have no answer, so that the client does not know whether they were carried out.</summary>
    public int InDoubt { get; set; }

    /// <summary>Whether the money was in hand already, so that no provider is asked.</summary>
    public bool IsCash => command.ReceivedBy is not null;

    public bool HasKey => command.Key is not null;

    /// <summary>One more sending, with an id of its own as it comes from a dialect.</summary>
    public RecordPayment Send(PaymentId id)
    {
        _payments.Add(id);
        return command with { Id = id };
    }

    /// <summary>The client gets an answer.</summary>
    public void Tell(Outcome outcome)
    {
        if (!outcome.Accepted)
        {
            // Begun, by this sending or another one, and without a word to tell yet.
            if (outcome.Faults.Any(fault => fault.Refusal == Refusal.UnderWay))
                InDoubt++;
            return;
        }

        if (Subject is { } before && (before != outcome.Subject || Sequence != outcome.Sequence || (_isDone && !outcome.Replayed)))
        {
            throw new SimulationException(
                $"The client of request {number} heard of payment {before} and then of {outcome.Subject}, replayed {outcome.Replayed}.");
        }

        _isDone |= !outcome.Replayed;
        (Subject, Sequence) = (outcome.Subject, outcome.Sequence);
        if (outcome.Payment is not { } view)
            throw new SimulationException($"Request {number} was accepted and got no payment to see.");
        if (!view.IsUnderWay)
            Compare(view);
    }

    /// <summary>The client reads its payment again.</summary>
    public void Compare(PaymentView view)
    {
        var text = Text(view);
        if (_answer is not null && _answer != text)
            throw new SimulationException($"The client of request {number} heard\n  {_answer}\nand then\n  {text}");
        (_answer, AnsweredStatus) = (text, view.Payment.Status);
    }

    private static string Text(PaymentView view)
    {
        var allocations =
            string.Join(", ", view.Allocations.Select(allocation => $"{allocation.Charge.Id.Value} {allocation.AmountMinor}"));
        return $"{view.Payment} {view.IsUnderWay} [{allocations}]";
    }
}
