using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>The lists of customers and of their postage accounts (Midnight 3.4). A customer of ours has one postage account: what it holds with the shop.</summary>
internal sealed class CustomerLists(IOrders orders)
{
    private const int PartSize = 500;

    /// <summary><c>CustomerList</c>: all customers, in the order of their ids as text.</summary>
    public Task<Answer> CustomersAsync(Call call) => MidnightFields.AnswerAsync(
        call.Body, _ => true, _ => LongArray.AnswerAsync(AllAsync(call, call.Cancel), WriteCustomer, call.Cancel));

    /// <summary><c>CustomerPostageAccountList</c>: the customer's postage account, unless it is not the one that is asked for.</summary>
    public Task<Answer> PostageAccountsAsync(Call call) => MidnightFields.AnswerAsync(call.Body, ReadPostage, async asked =>
    {
        var account = await call.Books.AccountAsync(OrderReading.Customer(call, asked.Customer), call.Cancel);
        var isWanted = account is not null && asked.IsActive && (asked.Id ?? account.Number) == account.Number
            && (asked.Number ?? TextOf(account)) == TextOf(account);
        var balance = isWanted ? await BalanceAsync(call, asked.Customer, account!) : default;
        return new Answer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            if (isWanted)
                WritePostageAccount(json, asked.Customer, account!, balance);
            json.WriteEndArray();
        });
    });

    private static PostageAsked ReadPostage(MidnightFields fields) => new(
        fields.Integer("CustomerID", isRequired: true) ?? 0, fields.Integer("PostageAccountID"), fields.Text("AccountNumber"), fields.Flag("Active") ?? true);

    /// <summary>
    /// What the customer has paid and no charge has taken, and what of that postage already used would take: the help centre's available
    /// balance. Money earmarked for an order is found by the order.
    /// </summary>
    private async Task<(Money Held, Money Available)> BalanceAsync(Call call, long customer, Account account)
    {
        List<string> purposes = [CreditPurpose.General, CreditPurpose.Escrow];
        await foreach (var order in orders.OrdersAsync(call, customer, call.Cancel))
            purposes.Add(CreditPurpose.Earmarked(order.OrderId));
        var (held, open) = await orders.StandingAsync(account, purposes, MidnightNames.Postage, call.Cancel);
        return (held, held - open);
    }

    private async IAsyncEnumerable<NamedAccount> AllAsync(Call call, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = new Reference(call.Credential.Merchant, MidnightNames.Dialect, MidnightNames.Customer, "");
        IReadOnlyList<NamedAccount> part;
        do
        {
            part = await orders.CustomersAsync(last, PartSize, cancel);
            foreach (var customer in part)
            {
                last = customer.Names[0];
                if (MidnightNames.IdIn(customer.Names, MidnightNames.Customer) is not null)
                    yield return customer;
            }
        }
        while (part.Count == PartSize);
    }

    private static void WriteCustomer(Utf8JsonWriter json, NamedAccount customer)
    {
        json.WriteStartObject();
        json.WriteNumber("CustomerID"u8, MidnightNames.IdIn(customer.Names, MidnightNames.Customer)!.Value);
        json.WriteString("CustomerCode"u8, TextOf(customer.Account));
        json.WriteString("CustomerName"u8, customer.Account.Name);
        json.WriteEndObject();
    }

    private static void WritePostageAccount(Utf8JsonWriter json, long customer, Account account, (Money Held, Money Available) balance)
    {
        json.WriteStartObject();
        json.WriteNumber("PostageAccountID"u8, account.Number);
        json.WriteNumber("CustomerID"u8, customer);
        json.WriteString("AccountNumber"u8, TextOf(account));
        json.WriteString("Description"u8, account.Name);
        json.WriteAmount("Balance"u8, balance.Available);
        json.WriteAmount("CreditAmount"u8, balance.Held);
        json.WriteBoolean("Active"u8, true);
        json.WriteEndObject();
    }

    private static string TextOf(Account account) => account.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Which postage account is asked for.</summary>
    private sealed record PostageAsked(long Customer, long? Id, string? Number, bool IsActive);
}
