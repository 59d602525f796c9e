using Npgsql;
using Quittance.BackOffice.Exports;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Storage.Reading;

namespace Quittance.BackOffice.Accounts;

/// <summary>All customers with their contacts as lines of a file for spreadsheets, which <see cref="ContactDesk"/> takes back.</summary>
public sealed class ContactSheet(NpgsqlDataSource database)
{
    private const int Piece = 1000;

    private readonly Contacts _contacts = new(database);

    /// <summary>The names of the columns.</summary>
    public static string Head { get; } = string.Join(',', ["account", "number", "name", .. ContactRows.Fields]);

    /// <summary>Gives out a line for each customer, read piece by piece.</summary>
    public async Task WriteAsync(MerchantId merchant, Func<IEnumerable<CsvCell>, Task> write, CancellationToken cancel)
    {
        IReadOnlyList<(AccountId Account, long Number, string? Name, Contact Contact)> some;
        AccountId? after = null;
        do
        {
            some = await _contacts.ListAsync(merchant, after, Piece, cancel);
            foreach (var one in some)
                await write(Cells(one.Account, one.Number, one.Name, one.Contact));
            after = some.Count == 0 ? null : some[^1].Account;
        }
        while (some.Count == Piece);
    }

    private static IEnumerable<CsvCell> Cells(AccountId account, long number, string? name, Contact contact) =>
    [
        CsvCell.Of(account.Value), CsvCell.Of(number), CsvCell.Of(name), CsvCell.Of(contact.Email), CsvCell.Of(contact.Phone),
        CsvCell.Of(contact.Address?.Line1), CsvCell.Of(contact.Address?.Line2), CsvCell.Of(contact.Address?.PostalCode),
        CsvCell.Of(contact.Address?.City), CsvCell.Of(contact.Address?.Region), CsvCell.Of(contact.Address?.Country),
        CsvCell.Of(contact.Language),
    ];
}
