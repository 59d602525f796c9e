using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>
/// The lists of customers and of their postage accounts (Midnight 3.4). A customer of ours has one postage account: what it holds with the
/// shop.
/// </summary>
internal sealed class CustomerLists(IOrders orders)
{
    private const int PartSize = 500;

    /// <summary><c>CustomerList</c>: all customers, in the order of their ids as text.</summary>
    public Task<Answer> CustomersAsync(Call call) => MidnightFields.AnswerAsync(
        call.Body, _ => true, _ => LongArray.AnswerAsync(AllAsync(call, call.Cancel), Rows.Customer, call.Cancel));

    /// <summary><c>CustomerPostageAccountList</c>: the customer's postage account, unless it is not the one that is asked for.</summary>
    public Task<Answer> PostageAccountsAsync(Call call) => MidnightFields.AnswerAsync(call.Body, ReadPostage, async asked =>
    {
        var account = await call.Books.LastAccountAsync([OrderReading.Customer(call, asked.Customer)], call.Cancel);
        var isWanted = account is not null && asked.IsActive && (asked.Id ?? account.Number) == account.Number
            && (asked.Number ?? Rows.TextOf(account)) == Rows.TextOf(account);
        PostageAccountRow[] rows = isWanted ? [await RowAsync(call, asked.Customer, account!)] : [];
        return new Answer(StatusCodes.Status200OK, json => Rows.PostageAccount.WriteAll(json, rows));
    });

    private static PostageAsked ReadPostage(MidnightFields fields) => new(
        fields.Integer("CustomerID", isRequired: true) ?? 0, fields.Integer("PostageAccountID"), fields.Text("AccountNumber"),
        fields.Flag("Active") ?? true);

    /// <summary>
    /// The money of the customer that no charge has taken, and the part of it that postage already used would take: the help centre's
    /// available balance. Money earmarked for an order is found by the order.
    /// </summary>
    private async Task<PostageAccountRow> RowAsync(Call call, long customer, Account account)
    {
        List<string> purposes = [CreditPurpose.General, CreditPurpose.Escrow];
        await foreach (var order in orders.OrdersAsync(call, customer, call.Cancel))
            purposes.Add(CreditPurpose.Earmarked(order.OrderId));
        var (held, open) = await orders.StandingAsync(account, purposes, MidnightNames.Postage, call.Cancel);
        return new PostageAccountRow(customer, account, held, held - open);
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

    /// <summary>The postage account that the client asks for.</summary>
    private sealed record PostageAsked(long Customer, long? Id, string? Number, bool IsActive);
}
