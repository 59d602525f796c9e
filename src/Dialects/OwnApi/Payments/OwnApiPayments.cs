using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Refunds;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Payments;

/// <summary>Payments of every API: recording them, charging stored instruments, allocating and refunding.</summary>
internal sealed class OwnApiPayments(PublicAddress address, IReceivables receivables, IAttempts attempts, AwaitedMoney awaited)
{
    public const string ByReference = "reference";

    private const string Status = "status";

    public void Map(DialectRoutes routes)
    {
        routes.Post("payment.record", PaymentsPath, PayScope, RecordAsync, needsKey: true)
            .WithMetadata(PaymentShapes.RecordPayment);
        routes.Get(PaymentsPath, ReadScope, ListAsync).WithMetadata(PaymentShapes.ListPayments);
        routes.Get($"{PaymentsPath}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(PaymentShapes.FindPayment);
        routes.Post("payment.allocate", $"{PaymentsPath}/{{{Id}}}/allocate", PayScope, AllocateAsync, needsKey: true)
            .WithMetadata(PaymentShapes.AllocatePayment);
        routes.Post("payment.complete", $"{PaymentsPath}/{{{Id}}}/complete", PayScope, CompleteAsync, needsKey: true)
            .WithMetadata(PaymentShapes.CompletePayment);
        routes.Post("payment.cancel", $"{PaymentsPath}/{{{Id}}}/cancel", PayScope, CancelAsync, needsKey: true)
            .WithMetadata(PaymentShapes.CancelPayment);
        routes.Post("payment.refund", $"{PaymentsPath}/{{{Id}}}/refund", RefundScope, RefundAsync, needsKey: true)
            .WithMetadata(PaymentShapes.RefundPayment, AsOperator.Grave);
    }

    /// <summary>Records payments, or charges instruments: one or many.</summary>
    private async Task<Answer> RecordAsync(Call call)
    {
        var today = call.Today;
        if (!PaymentShapes.ReadPayments(call.Body, today).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (asked.IsMany)
            return await RecordAllAsync(call, asked.Payments);
        var outcome = await call.SubmitAsync(await CommandAsync(call, asked.Payments[0], line: 0) with { Key = call.KeyUse() });
        return outcome.Accepted ? await ShownAsync(call, outcome, StatusCodes.Status201Created) : RefusedAnswer(outcome, PointerOf);
    }

    /// <summary>Records many payments, each by itself.</summary>
    private async Task<Answer> RecordAllAsync(Call call, IReadOnlyList<PaymentRequest> asked)
    {
        var all = await call.SubmitAsync(
            asked, async (one, line) => await CommandAsync(call, one, line), (one, line, outcome) => ResultAsync(call, one, line, outcome));
        // The key finds the payments that are recorded, so the client sends the whole request again.
        return all.Interruption is { } refusal
            ? OwnApiErrors.Of(refusal).ToAnswer(address)
            : PaymentShapes.ManyRecorded.ToAnswer(new RecordedPayments(all.Results), StatusCodes.Status201Created) with
            {
                Replayed = all.IsRepeat,
            };
    }

    private async ValueTask<RecordedPayment> ResultAsync(Call call, PaymentRequest asked, int line, Outcome outcome)
    {
        if (outcome.Accepted)
        {
            // Money that has come is captured at once; only what became of a charged instrument is read from the books.
            var status = asked.Instrument is null ? PaymentStatus.Captured : (await call.PaymentAsync(outcome)).Payment.Status;
            return new RecordedPayment(asked.Words.Reference, outcome.Subject, status);
        }

        var fault = outcome.Faults[0];
        var problem = OwnApiErrors.Of(
            fault.Refusal, PointerOf(fault) is { } pointer ? $"/{PaymentShapes.Payments}/{line}{pointer}" : null);
        return new RecordedPayment(asked.Words.Reference, null, null) { Problem = new ShownProblem(problem, address) };
    }

    /// <summary>The command that records a payment, without its key.</summary>
    /// <param name="line">The 0-based record of the request.</param>
    private async Task<RecordPayment> CommandAsync(Call call, PaymentRequest asked, int line)
    {
        var merchant = call.Credential.Merchant;
        return new RecordPayment(
            call.Origin, await PayerAsync(call, asked.Account!, asked.Charges), new PaymentId(merchant, call.NewId()), OwnApiNames.Dialect)
        {
            Amount = asked.Amount,
            Method = asked.Method ?? PaymentMethod.Unspecified,
            ReceivedBy = asked.Method is { } method ? ReceivedMoney.Holders[method] : null,
            Instrument = asked.Instrument is { } id ? Reference.ToInstrumentId(merchant, Guid.Parse(id)) : null,
            ChargesInstrument = true,
            Parts = await PartsAsync(call, asked.Charges),
            NamesChargesOnce = true,
            Remainder = asked.Charges is null ? Remainder.OldestDueFirst : Remainder.Credit,
            EffectiveOn = asked.Received,
            Details = asked.Words.ToDetails(),
            ClientReference = call.NameOnce(OwnWords.OfPayments, asked.Words.Reference, line),
        };
    }

    /// <summary>Where in the body of a payment the reason of a fault is; null where it is nowhere in it.</summary>
    private static string? PointerOf(Fault fault) => fault.Refusal switch
    {
        Refusal.AccountUnknown or Refusal.AccountClosed or Refusal.AccountMerged => "/account",
        Refusal.InstrumentUnknown or Refusal.InstrumentNotCharged => "/instrument",
        Refusal.ReferenceTaken => "/reference",
        Refusal.CurrencyMismatch when fault.Part < 0 => "/amount/currency",
        _ => fault.Part >= 0 ? $"/charges/{fault.Part}" : null,
    };

    private Task<Answer> ListAsync(Call call) => OwnApiLists.AnswerAsync(
        call, address, "payments", query => CriteriaAsync(query, call), query => call.Books.PaymentsAsync(query, call.Cancel),
        view => view.Payment.Id.Value, PaymentShapes.Page);

    private async Task<Answer> FindAsync(Call call) => await NamedAsync(call) is { } view
        ? PaymentShapes.Payment.ToAnswer(view with { Attempts = await AttemptsAsync(view.Payment.Id, call.Cancel) })
        : OwnApiErrors.NoSuch("payment").ToAnswer(address);

    /// <summary>Settles charges with money of a payment that settles none yet.</summary>
    private async Task<Answer> AllocateAsync(Call call)
    {
        if (!PaymentShapes.ReadAllocations(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        var foreign = asked.Charges.TakeWhile(one => one.Amount is not { } amount || amount.Currency == view.Account.Currency).Count();
        if (foreign < asked.Charges.Count)
            return OwnApiErrors.Of(Refusal.CurrencyMismatch, $"/charges/{foreign}/amount/currency").ToAnswer(address);
        var parts = await Task.WhenAll(
            asked.Charges.Select(async one => Part.Charge(await NameAsync(call, one.Charge!), one.Amount?.AmountMinor)));
        var outcome = await call.SubmitAsync(
            new AllocatePayment(
                call.OfOperator("payment.allocate", $"payment {view.Payment.Number}"),
                AccountTarget.Of(view.Account.Id, view.Account.Slot), view.Payment.Id, parts)
            {
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await ShownAsync(call, outcome, StatusCodes.Status200OK)
            : RefusedAnswer(outcome, fault => fault.Part >= 0 ? $"/charges/{fault.Part}" : null);
    }

    /// <summary>Books the money that a payment waits for.</summary>
    private async Task<Answer> CompleteAsync(Call call)
    {
        if (!PaymentShapes.ReadCompletion(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (asked.On > call.Today)
            return OwnApiErrors.OfInput([InputFault.At("/on", "must be a day that has come")]).ToAnswer(address);
        if (await NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        var all = await attempts.OfPaymentAsync(view.Payment.Id, call.Cancel);
        if (!AwaitedMoney.HoldersOf(all).Contains(asked.ReceivedBy!))
        {
            return OwnApiErrors.OfInput(
                [InputFault.At("/received_by", $"must be {AwaitedMoney.HoldersOf(all)[0]}, as the customer promised the money")])
                .ToAnswer(address);
        }

        var command = awaited.Complete(
            call.Does("payment.complete", $"payment {view.Payment.Number}", asked.Reason ?? ""), view, all, asked.ReceivedBy!, asked.On);
        var outcome = await call.SubmitAsync(command with { Key = call.KeyUse() });
        return outcome.Accepted ? await ShownAsync(call, outcome, StatusCodes.Status200OK) : RefusedAnswer(outcome, _ => null);
    }

    /// <summary>Calls a payment off that waits for its money.</summary>
    private async Task<Answer> CancelAsync(Call call)
    {
        if (!OwnApiRequests.ReadReason(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        var all = await attempts.OfPaymentAsync(view.Payment.Id, call.Cancel);
        var command = AwaitedMoney.CallOff(
            call.Does(AwaitedMoney.CallingOff(all), $"payment {view.Payment.Number}", asked.Reason!), view, all);
        var outcome = await call.SubmitAsync(command with { Key = call.KeyUse() });
        return outcome.Accepted ? await ShownAsync(call, outcome, StatusCodes.Status200OK) : RefusedAnswer(outcome, _ => null);
    }

    /// <summary>Gives money of a payment back.</summary>
    private async Task<Answer> RefundAsync(Call call)
    {
        if (!PaymentShapes.ReadRefund(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        var outcome = await call.SubmitAsync(new RefundPayment(
            call.OfOperator("payment.refund", $"payment {view.Payment.Number}"),
            AccountTarget.Of(view.Account.Id, view.Account.Slot), view.Payment.Id,
            new RefundId(call.Credential.Merchant, call.NewId()), OwnApiNames.Dialect)
        {
            Amount = asked.Amount,
            KeepsDebt = asked.KeepsDebt == true,
            Details = asked.Words.ToDetails(),
            Key = call.KeyUse(),
            ClientReference = call.NameOnce(OwnWords.OfRefunds, asked.Words.Reference),
        });
        return outcome.Accepted
            ? RefundShapes.Refund.ToAnswer(
                await attempts.ShownAsync(await call.RefundAsync(outcome), call.Cancel), StatusCodes.Status201Created) with
            {
                Location = $"{address.Base}{RefundsPath}/{outcome.Subject:D}",
                Replayed = outcome.Replayed,
            }
            : RefusedAnswer(outcome, fault => fault.Refusal switch
            {
                Refusal.CurrencyMismatch => "/amount/currency",
                Refusal.ExceedsRefundable when asked.Amount is not null => "/amount",
                Refusal.ReferenceTaken => "/reference",
                _ => null,
            });
    }

    /// <summary>The requests to providers for a payment; null for none.</summary>
    private async Task<IReadOnlyList<Attempt>?> AttemptsAsync(PaymentId payment, CancellationToken cancel) =>
        await attempts.OfPaymentAsync(payment, cancel) is { Count: > 0 } asked ? asked : null;

    /// <summary>The answer to a refused command about a payment.</summary>
    /// <param name="pointerOf">Where in the body the reason of a fault is.</param>
    public Answer RefusedAnswer(Outcome outcome, Func<Fault, string?> pointerOf) =>
        OwnApiErrors.Of(outcome.Faults[0].Refusal, pointerOf(outcome.Faults[0])).ToAnswer(address) with
        {
            Payment = outcome.Attempt?.Payment.Value,
        };

    /// <summary>The answer with the payment as it stood right after the command.</summary>
    public static async Task<Answer> ShownAsync(Call call, Outcome outcome, int status)
    {
        var view = await call.PaymentAsync(outcome);
        return PaymentShapes.Payment.ToAnswer(view, status) with { Payment = view.Payment.Id.Value, Replayed = outcome.Replayed };
    }

    /// <summary>The payment that the path names; null where there is none.</summary>
    public static Task<PaymentView?> NamedAsync(Call call) => NamedAsync(call, call.PathValue(OwnApiRoutes.Id));

    /// <summary>
    /// The payment that a text names: by its id, or by the client's reference where one payment alone has it; null where there is none.
    /// </summary>
    public static async Task<PaymentView?> NamedAsync(Call call, string text)
    {
        if (Guid.TryParseExact(text, "D", out var id)
            && await call.Books.PaymentAsync(new PaymentId(call.Credential.Merchant, id), asOf: null, call.Cancel) is { } view)
        {
            return view;
        }

        var named = await call.Books.PaymentsAsync(
            new ListQuery(call.Credential.Merchant, 2) { Criteria = [new CorrelatorCriterion([text])] }, call.Cancel);
        return named.Items is [var only] ? only : null;
    }

    /// <summary>The charges of a request, each as far as it is due.</summary>
    public async Task<IReadOnlyList<Part>> PartsAsync(Call call, IReadOnlyList<string>? charges) =>
        await Task.WhenAll((charges ?? []).Select(async text => Part.ChargeUpTo(await NameAsync(call, text))));

    /// <summary>
    /// The account that pays. Where the request names a merged account and charges, it is the one that goes on: the charges went there.
    /// </summary>
    public static async Task<AccountTarget> PayerAsync(Call call, string text, IReadOnlyList<string>? charges)
    {
        var names = OwnApiNames.AccountNames(call.Credential.Merchant, text);
        return charges is { Count: > 0 } && await call.Books.LastAccountAsync(names, call.Cancel) is { } account
            ? AccountTarget.Of(account.Id, account.Slot) : AccountTarget.Named(names);
    }

    /// <summary>
    /// The name of a charge: of a text that looks like an id, the one that names something. Where a merge has moved the charge, it is that
    /// of the charge that it became.
    /// </summary>
    private async Task<Reference> NameAsync(Call call, string text)
    {
        var merchant = call.Credential.Merchant;
        var names = OwnApiNames.ChargeNames(merchant, text);
        if (await receivables.FirstAsync(names, call.Cancel) is not { } first)
            return names[0];
        var id = Reference.ToChargeId(merchant, first);
        if (await call.Books.MovedChargeAsync(id, call.Cancel) is { } moved)
            return Reference.ToChargeId(merchant, moved.Value);
        return names.Count > 1 ? id : names[0];
    }

    private async Task<IReadOnlyList<Criterion>?> CriteriaAsync(OwnApiQuery query, Call call)
    {
        List<Criterion> criteria = [];
        if (query.Word(Status, EnumWords.All<PaymentStatus>()) is { } status)
            criteria.Add(new StatusCriterion<PaymentStatus>([EnumWords.To<PaymentStatus>(status)]));
        if (query.Text(ByReference) is { } reference)
            criteria.Add(new CorrelatorCriterion([reference]));
        return await receivables.OfAccountAsync(query, call, criteria);
    }
}
