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
    /// Our attempt that a payment or a refund carries. Of a captured payment it is the capture: the authorisation stands.
    /// </summary>
    public async Task<(Guid? Request, bool IsKnown)> FindRequestAsync(string name, CancellationToken cancel)
    {
        // A merchant may have other payments at GoCardless, which are not in the books.
        if (name.StartsWith($"{GoCardlessJson.Refunds.Path}/", StringComparison.Ordinal))
        {
            var (refund, isRefundKnown) = await ReadAsync(GoCardlessJson.Refunds, name, cancel);
            return (refund?.Attempt, isRefundKnown);
        }

        var (payment, isKnown) = await ReadAsync(GoCardlessJson.Payments, name, cancel);
        return (payment?.Capture ?? payment?.Attempt, isKnown);
    }

    /// <summary>The mandate's reference, and whether it is over.</summary>
    public async Task<(string? Reference, bool IsOver, bool IsKnown)> FindMandateAsync(string name, CancellationToken cancel)
    {
        var (mandate, isKnown) = await ReadAsync(GoCardlessJson.Mandates, name, cancel);
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

    public static ListedDispute DisputeOf(GoCardlessPayment payment, Guid attempt, DateTimeOffset at) => new(
        payment.Id, DisputeKind.ReturnedDebit, attempt, payment.Amount, new Money(0, payment.Amount.Currency),
        payment.Status is "confirmed" or "paid_out" ? ListedDisputeState.Won : ListedDisputeState.Open, at);

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
