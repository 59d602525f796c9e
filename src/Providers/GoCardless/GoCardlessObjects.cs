using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>The history of a payment, from its events.</summary>
/// <param name="WasTakenBack">Whether the bank had paid it, and took the money back then.</param>
/// <param name="Reason">Why it failed or was cancelled last.</param>
internal sealed record GoCardlessHistory(bool WasTakenBack, DeclineReason Reason);

/// <summary>Reads the objects that events name: an event has GoCardless's id alone, and GoCardless has ours.</summary>
internal sealed class GoCardlessObjects(HttpAccount account)
{
    /// <summary>
    /// The requests that a payment or a refund carries. Of a captured payment it is the capture: the authorisation stands. Null where there
    /// is no clear answer.
    /// </summary>
    public async Task<IReadOnlyList<ListedRequest>?> FindRequestsAsync(string name, DateTimeOffset at, CancellationToken cancel)
    {
        // A merchant may have other payments at GoCardless, which are not in the books.
        if (name.StartsWith($"{GoCardlessJson.Refunds.Path}/", StringComparison.Ordinal))
        {
            var (refund, isRefundKnown) = await ReadAsync(GoCardlessJson.Refunds, name, cancel);
            if (refund is null)
                return isRefundKnown ? [] : null;
            var (authorisation, isAuthorisationKnown) = await AuthorisationOfAsync(refund, cancel);
            return authorisation is { } of ? [account.Listed(refund, of, at)] : isAuthorisationKnown ? [] : null;
        }

        var (payment, isKnown) = await ReadAsync(GoCardlessJson.Payments, name, cancel);
        if (payment?.Attempt is not { } attempt)
            return isKnown ? [] : null;
        if (!payment.HasKnownStatus)
        {
            account.WordUnknown("payment", payment.Id, payment.Status);
            return null;
        }

        // GoCardless collects a payment without a capture, too.
        var capture = payment.Capture ?? (payment.IsPaid ? account.IdOfCapture(payment.Payment, payment.Id) : null);
        return
        [
            capture is { } captured
                ? new ListedRequest(
                    captured, Verb.Capture, attempt, payment.Amount,
                    StandingOf(payment) with { Reference = payment.Id }, at)
                : new ListedRequest(
                    attempt, Verb.Authorise, attempt, payment.Amount, ProviderAnswer.Pending with { Reference = payment.Id }, at),
        ];
    }

    private static ProviderAnswer StandingOf(GoCardlessPayment payment) =>
        payment.IsPaid || payment.Status == "charged_back" ? ProviderAnswer.Approved
        : payment.IsOver ? ProviderAnswer.Declined(DeclineReason.Declined) : ProviderAnswer.Pending;

    /// <summary>
    /// Our authorisation that a refund is about; null for none. A person may have made the refund at GoCardless's console.
    /// </summary>
    public async Task<(Guid? Authorisation, bool IsKnown)> AuthorisationOfAsync(HttpRefund refund, CancellationToken cancel)
    {
        if (refund.Authorisation is { } ours || refund.Of is not { } of)
            return (refund.Authorisation, true);
        var (payment, isKnown) = await ReadAsync(
            GoCardlessJson.Payments, HttpObjects.PathOf(GoCardlessJson.Payments.Path, of), cancel);
        return (payment?.Attempt, isKnown);
    }

    /// <summary>The mandate's reference, and whether it is over.</summary>
    public async Task<(string? Reference, bool IsOver, bool IsKnown)> FindMandateAsync(string name, CancellationToken cancel)
    {
        var (mandate, isKnown) = await ReadAsync(GoCardlessJson.Mandates, name, cancel);
        if (mandate is { HasKnownStatus: false })
        {
            account.WordUnknown("mandate", mandate.Id, mandate.Status);
            return (null, false, false);
        }

        return (mandate is not null && GoCardlessWords.ToScheme(mandate.Scheme) is { } scheme ? NameOf(mandate, scheme) : null,
            mandate?.IsOver == true, isKnown);
    }

    /// <summary>How the books name a mandate: as the banks do, where that is a reference of its scheme.</summary>
    public static string NameOf(GoCardlessMandate mandate, MandateScheme scheme) =>
        Mandate.IsReference(scheme, mandate.Reference) ? mandate.Reference : mandate.Id;

    /// <summary>A payment whose money the bank took back. GoCardless's fees for it are in the payout's report.</summary>
    public async Task<(ListedDispute? Dispute, bool IsKnown)> FindDisputeAsync(string name, CancellationToken cancel)
    {
        var (payment, isKnown) = await ReadAsync(
            GoCardlessJson.Payments, HttpObjects.PathOf(GoCardlessJson.Payments.Path, name), cancel);
        if (payment?.Attempt is not { } attempt)
            return (null, isKnown);
        if (payment.Status != "charged_back")
        {
            if (await HistoryAsync(payment.Id, cancel) is not { } history)
                return (null, false);
            if (!history.WasTakenBack)
                return (null, true);
        }

        return (DisputeOf(payment, attempt, default), true);
    }

    public ListedDispute DisputeOf(GoCardlessPayment payment, Guid attempt, DateTimeOffset at)
    {
        if (!payment.HasKnownStatus)
            account.WordUnknown("payment", payment.Id, payment.Status);
        return new ListedDispute(
            payment.Id, DisputeKind.ReturnedDebit, attempt, payment.Amount, new Money(0, payment.Amount.Currency),
            !payment.HasKnownStatus ? ListedDisputeState.Unknown : payment.IsPaid ? ListedDisputeState.Won : ListedDisputeState.Open, at);
    }

    /// <summary>The history of a payment; null where there is no clear answer. A payment's status does not say why it failed.</summary>
    public async Task<GoCardlessHistory?> HistoryAsync(string payment, CancellationToken cancel)
    {
        if (await account.ShownAsync($"events?limit=100&payment={Uri.EscapeDataString(payment)}", cancel) is not { } body)
            return null;
        using var document = StrictJson.TryParse(body);
        if (document is null || GoCardlessJson.Page(document.RootElement, "events") is not { } events)
            return null;
        var (wasConfirmed, wasTakenBack, reason) = (false, false, DeclineReason.Declined);
        // The newest come first.
        foreach (var one in events.Items.Reverse())
        {
            switch (StrictJson.Text(one, "action"))
            {
                case "confirmed" or "paid_out":
                    wasConfirmed = true;
                    break;
                case "charged_back":
                    wasTakenBack = true;
                    break;
                case "failed" or "cancelled" or "customer_approval_denied":
                    wasTakenBack |= wasConfirmed;
                    reason = GoCardlessWords.ToReason(
                        StrictJson.Object(one, "details") is { } details ? StrictJson.Text(details, "cause") : null);
                    break;
            }
        }

        return new GoCardlessHistory(wasTakenBack, reason);
    }

    /// <summary>An object; null where this account has none of this name. And whether that is clear.</summary>
    private async Task<(T? Found, bool IsKnown)> ReadAsync<T>(ObjectKind<T> kind, string path, CancellationToken cancel)
        where T : class
    {
        if (await account.AskAsync(path, cancel) is not { } reply)
            return (null, false);
        if (reply.Status == 404 && GoCardlessError.TryRead(reply.Body) is not null)
            return (null, true);
        if (reply.Status == 200 && kind.Read(reply.Body) is { } found)
            return (found, true);
        account.NotShown($"{path}, status {reply.Status}");
        return (null, false);
    }
}
