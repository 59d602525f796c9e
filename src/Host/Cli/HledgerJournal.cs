using Quittance.Core;
using Quittance.Storage.Exporting;

namespace Quittance.Host.Cli;

/// <summary>
/// A journal as plain-text accounting: one transaction per event, one pair of postings per transfer. The text of others is cleaned of
/// what would end a comment or a tag.
/// </summary>
internal sealed class HledgerJournal(TextWriter text) : IJournalWriter
{
    private const int AccountWidth = 50;
    private const int AmountWidth = 20;

    private (Guid, int) _event;

    public async Task BeginAsync(JournalScope scope)
    {
        await text.WriteAsync($"; Journal of {Plain(scope.MerchantName)} (merchant {scope.Merchant.Value}), {Day(scope.From, "the beginning")} to {Day(scope.To, "the end")}, days in UTC\n");
        if (!scope.IsClosed)
            await text.WriteAsync("; Open: its last day may still get transactions\n");
        await text.WriteAsync("decimal-mark .\n");
        foreach (var currency in scope.Currencies)
            await text.WriteAsync($"commodity 1000.{new string('0', currency.MinorUnits)} {currency.Code}\n");
    }

    public async Task WriteAsync(JournalEntry entry)
    {
        if (entry.Event != _event)
        {
            await text.WriteAsync(
                $"\n{entry.At:yyyy-MM-dd} * {entry.What}{Named("payment", entry.Payment)}{Named("refund", entry.Refund)}{Named("customer", entry.Customer)}" +
                $"  ; time:{entry.At:HH:mm:ss.fff}, credential:{Plain(entry.Credential)}, request:{entry.Request:D}\n");
            _event = entry.Event;
        }

        await PostAsync(entry.Debit, entry.Amount, entry.Charge);
        await PostAsync(entry.Credit, -entry.Amount, entry.Charge);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task PostAsync(string account, Money amount, long? charge) =>
        text.WriteAsync($"    {account.PadRight(AccountWidth)}  {amount.ToText(AmountDecimals.Full).PadLeft(AmountWidth)} {amount.Currency.Code}{(charge is null ? "" : $"  ; charge:{charge}")}\n");

    private static string Named(string what, long? number) => number is null ? "" : $" {what} {number}";

    private static string Day(DateOnly? day, string none) => day?.ToString("yyyy-MM-dd") ?? none;

    private static string Plain(string given) => string.Concat(given.Select(letter => char.IsControl(letter) || letter is ',' or ';' or ':' ? ' ' : letter));
}
