using System.Text.Json;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>Reads the objects that events name: an event has GoCardless's id alone, and GoCardless has ours.</summary>
internal sealed class GoCardlessObjects(HttpWire wire, GoCardlessPayments payments, ILogger log)
{
    /// <summary>
    /// Our attempt that a payment or a refund carries. Of a captured payment it is the capture: the authorisation stands.
    /// </summary>
    public async Task<(Guid? Request, bool IsKnown)> FindRequestAsync(string name, CancellationToken cancel)
    {
        var (found, isKnown) = name.StartsWith($"{GoCardlessRefund.Resource}/", StringComparison.Ordinal)
            ? await ReadAsync(
                name, GoCardlessRefund.Resource, one => GoCardlessRefund.TryRead(one) is { } refund ? new Touched(refund.Attempt) : null,
                cancel)
            : await ReadAsync(
                name, GoCardlessPayment.Resource,
                one => GoCardlessPayment.TryRead(one) is { } payment ? new Touched(payment.Capture ?? payment.Attempt) : null, cancel);
        // A merchant may have other payments at GoCardless, which are not in the books.
        return (found?.Attempt, isKnown);
    }

    /// <summary>The mandate's reference, and whether it is over.</summary>
    public async Task<(string? Reference, bool IsOver, bool IsKnown)> FindMandateAsync(string name, CancellationToken cancel)
    {
        var (mandate, isKnown) = await ReadAsync(name, GoCardlessMandate.Resource, GoCardlessMandate.TryRead, cancel);
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
            $"{GoCardlessPayment.Resource}/{Uri.EscapeDataString(name)}", GoCardlessPayment.Resource, GoCardlessPayment.TryRead, cancel);
        if (payment?.Attempt is not { } attempt)
            return (null, isKnown);
        if (payment.Status != "charged_back")
        {
            if (await payments.HistoryAsync(payment.Id, cancel) is not { } history)
                return (null, false);
            if (!history.WasTakenBack)
                return (null, true);
        }

        return (DisputeOf(payment, attempt, default), true);
    }

    public static ListedDispute DisputeOf(GoCardlessPayment payment, Guid attempt, DateTimeOffset at) => new(
        payment.Id, DisputeKind.ReturnedDebit, attempt, payment.Amount, new Money(0, payment.Amount.Currency),
        payment.Status is "confirmed" or "paid_out" ? ListedDisputeState.Won : ListedDisputeState.Open, at);

    /// <summary>An object; null where this account has none of this name. And whether that is clear.</summary>
    private async Task<(T? Found, bool IsKnown)> ReadAsync<T>(
        string path, string resource, Func<JsonElement, T?> read, CancellationToken cancel)
        where T : class
    {
        var (reply, trouble) = await wire.SendAsync(WireRequest.Get(path), cancel);
        if (reply is { Status: 404 } && GoCardlessError.TryRead(reply.Body) is not null)
            return (null, true);
        if (reply is { Status: 200 } && GoCardlessJson.Read(reply.Body, resource, read) is { } found)
            return (found, true);
        ProviderLog.NotListed(log, GoCardlessProvider.ProviderName, trouble ?? $"{path}: status {reply!.Status}");
        return (null, false);
    }

    private sealed record Touched(Guid? Attempt);
}
