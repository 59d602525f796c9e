using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>
/// Says for the filters of the TMF676 mount what the books find. Exactly that is found which shows what the filter asks for.
/// </summary>
internal static class Tmf676Filters
{
    /// <summary>The criteria by which the books answer a filter of payments; null when they have no key for it.</summary>
    /// <param name="call">The request.</param>
    /// <param name="address">The first part of the addresses of payments.</param>
    public static async Task<IReadOnlyList<Criterion>?> OfPaymentAsync(TmfFilter filter, Call call, string address) =>
        filter.Attribute switch
        {
            "status" => [new StatusCriterion<PaymentStatus>(
            [.. Enum.GetValues<PaymentStatus>().Where(status => Says(filter, TmfWords.Status(status)))])],
            // Only what is captured shows when that was.
            "paymentDate" =>
                [new StatusCriterion<PaymentStatus>([PaymentStatus.Captured]),
            new StatusAtCriterion([.. filter.Tests.SelectMany(test => test.Times())])],
            "paymentMethod.@type" => [MethodOf(filter)],
            _ => await OfAnyAsync(filter, call, address) is { } criterion ? [criterion] : null,
        };

    /// <summary>The criteria by which the books answer a filter of refunds; null when they have no key for it.</summary>
    /// <param name="call">The request.</param>
    /// <param name="address">The first part of the addresses of refunds.</param>
    public static async Task<IReadOnlyList<Criterion>?> OfRefundAsync(TmfFilter filter, Call call, string address) =>
        filter.Attribute switch
        {
            "status" => [
                new StatusCriterion<RefundStatus>(
                    [.. Enum.GetValues<RefundStatus>().Where(status => Says(filter, TmfWords.Status(status)))])],
            "refundDate" => [new RefundedAtCriterion([.. filter.Tests.SelectMany(test => test.Times())])],
            // A refund shows only the method that its client named.
            "paymentMethod.@type" => [new MethodCriterion([.. filter.Tests.Select(test => test.Text)], [], Instruments: false)],
            _ => await OfAnyAsync(filter, call, address) is { } criterion ? [criterion] : null,
        };

    private static async Task<Criterion?> OfAnyAsync(TmfFilter filter, Call call, string address) => filter.Attribute switch
    {
        "id" => new IdCriterion(Ids(filter.Tests.Select(test => test.Text))),
        "href" => new IdCriterion(Ids(
            filter.Tests.Where(test => test.Text.StartsWith(address, StringComparison.Ordinal))
                .Select(test => test.Text[address.Length..]))),
        "account.id" => new AccountCriterion(await AccountsAsync(filter, call)),
        "statusDate" => new StatusAtCriterion([.. filter.Tests.SelectMany(test => test.Times())]),
        "correlatorId" => new CorrelatorCriterion([.. filter.Tests.Select(test => test.Text)]),
        "totalAmount.value" => new AmountCriterion([.. filter.Tests.Select(test => test.Range())]),
        _ => null,
    };

    private static bool Says(TmfFilter filter, string? word) => filter.Tests.Any(test => test.Text == word);

    private static List<Guid> Ids(IEnumerable<string> texts)
    {
        List<Guid> ids = [];
        foreach (var text in texts)
        {
            // An id is shown in small letters, and so it is asked for.
            if (Guid.TryParseExact(text, "D", out var id) && id.ToString("D") == text)
                ids.Add(id);
        }

        return ids;
    }

    /// <summary>TMF676 5.19: an account goes by the client's name for it, or by our id.</summary>
    private static async Task<List<Guid>> AccountsAsync(TmfFilter filter, Call call)
    {
        List<Guid> accounts = [];
        foreach (var test in filter.Tests.Where(test => test.Text.Length > 0))
        {
            var name = new Reference(call.Credential.Merchant, TmfNames.Tmf676, TmfNames.Account, test.Text);
            // What was paid before a merge stays with the merged account, so that the old name finds both.
            if (await call.Books.AccountsAsync([name], call.Cancel) is { Count: > 0 } led)
                accounts.AddRange(led.Select(account => account.Id.Value));
            else if (Guid.TryParseExact(test.Text, "D", out var own))
                accounts.Add(own);
        }

        return accounts;
    }

    private static MethodCriterion MethodOf(TmfFilter filter) => new(
        [.. filter.Tests.Select(test => test.Text)],
        [.. Enum.GetValues<PaymentMethod>().Where(method => TmfWords.Word(method) is { } word && Says(filter, word))],
        Says(filter, TmfWords.MethodReference));
}
