using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// <c>CustomerPaymentInsert</c>: stores the payments of one call. Records are independent of one another and are given to the
/// engine in their order, many at a time, so that a later one sees the balances which the earlier ones left.
/// </summary>
internal sealed class PaymentInsert(Call call)
{
    /// <summary>Of how many payments of a repeated call the numbers are looked up at a time.</summary>
    private const int LookUpLimit = 1024;

    private static readonly RecordError[] NotProcessed = [new(RecordProblem.NotProcessed)];
    private static readonly RecordError[] OutcomeUnknown = [new(RecordProblem.OutcomeUnknown)];

    private readonly Currency _currency = call.Credential.Installation.Currency;
    private readonly Queue<Task<RecordAnswer>> _inFlight = new();
    private readonly List<RecordAnswer> _known = new(LookUpLimit);
    private readonly MidnightResponses _answers = new();
    private bool _isInterrupted;
    private bool _hasUnknown;

    /// <summary>Carries the operation out.</summary>
    public static async Task<Answer> RunAsync(Call call)
    {
        // The body is read whole before anything is stored, and then once more, record by record: it is itself the most compact form
        // of its records, and what is made of them is only what the engine has just now.
        var faults = PaymentReader.FindFaults(call.LongBody);
        return faults.Count > 0 ? MidnightErrors.Unreadable(faults) : await new PaymentInsert(call).InsertAllAsync();
    }

    private async Task<Answer> InsertAllAsync()
    {
        var reader = new PaymentReader(call.LongBody);
        var record = new PaymentRecord();
        for (var line = 0; reader.TryRead(record); line++)
        {
            if (_inFlight.Count == RecordsAtWork.MostOfACall)
                await TakeAnswerAsync();
            _inFlight.Enqueue(_isInterrupted ? Undone() : await RecordsAtWork.BeginAsync(() => InsertAsync(record, line)));

            // Whether the key is free shows at the first record; until then no other one may be stored.
            if (line == 0 && call.HasKey && (await TakeAnswerAsync()).IsKeyReused)
                return MidnightErrors.KeyReused();
        }

        while (_inFlight.Count > 0)
            await TakeAnswerAsync();
        await AddKnownAsync();

        // The client need not send the whole call again for a record that may be stored, unless its key finds the record.
        if (_hasUnknown && (call.HasKey || _answers.Stored == 0))
            return MidnightErrors.Refuse(EdgeFault.OutcomeUnknown, detail: null);

        // Many clients repeat a call after 503 by themselves. Where no key protects what is stored already, each record
        // gets its own answer instead: those that were left undone say so, and only they are to be sent again. Payments
        // that can't be read are ones that a key repeats.
        return _isInterrupted && !_hasUnknown && (call.HasKey || _answers.Stored == 0)
            ? MidnightErrors.Unavailable(_answers.Stored)
            : _answers.ToAnswer();
    }

    private static Task<RecordAnswer> Undone() => Task.FromResult(RecordAnswer.Refused(NotProcessed, replayed: false));

    private async Task<RecordAnswer> TakeAnswerAsync()
    {
        var answer = await _inFlight.Dequeue();
        _hasUnknown |= answer.IsUnknown;
        _isInterrupted |= answer.IsUndone || answer.IsUnknown;
        _known.Add(answer);
        if (_known.Count == LookUpLimit)
            await AddKnownAsync();
        return answer;
    }

    /// <summary>Looks up the numbers of payments that an earlier call stored, and gathers the answers that are known.</summary>
    private async Task AddKnownAsync()
    {
        var numbers = await NumbersAsync([.. _known.Where(answer => answer.IsUnread).Select(answer => answer.Payment)]);
        _isInterrupted |= numbers is null;
        foreach (var answer in _known)
            _answers.Add(answer.IsUnread && numbers is not null ? answer with { Number = numbers[answer.Payment] } : answer);
        _known.Clear();
    }

    /// <summary>The numbers of payments; null when they can't be read just now. Whether the client has gone makes no difference.</summary>
    private async Task<IReadOnlyDictionary<Guid, long>?> NumbersAsync(Guid[] payments)
    {
        if (payments.Length == 0)
            return new Dictionary<Guid, long>();
        try
        {
            return await call.Books.PaymentNumbersAsync(call.Credential.Merchant, payments, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Stores a record.</summary>
    private async Task<RecordAnswer> InsertAsync(PaymentRecord record, int line)
    {
        try
        {
            return await StoreAsync(record, line);
        }
        catch (OutcomeUnknownException)
        {
            return RecordAnswer.Refused(OutcomeUnknown, replayed: false);
        }
    }

    /// <summary>Stores a record, or finds out all that is wrong with it. It is read and on its way when this returns.</summary>
    private async Task<RecordAnswer> StoreAsync(PaymentRecord record, int line)
    {
        var own = MidnightRequests.Check(record, _currency);
        var key = call.KeyUse(line, keepsRefusals: true);
        // Without a customer the books have nothing to add, unless the refusal is to be kept under a key.
        if (record.CustomerId == 0 && key is null)
            return RecordAnswer.Refused(MidnightRequests.Merge(own, []), replayed: false);

        var command = MidnightRequests.ToCommand(record, call.Origin, _currency, call.NewId(), onlyCheck: own.Count > 0);
        var outcome = await call.SubmitAsync(command with { Key = key }, patient: true);
        return outcome.Accepted
            ? new RecordAnswer(outcome.Payment?.Payment.Number ?? 0, outcome.Subject, [], outcome.Replayed)
            : RecordAnswer.Refused(MidnightRequests.Merge(own, outcome.Faults), outcome.Replayed);
    }
}
