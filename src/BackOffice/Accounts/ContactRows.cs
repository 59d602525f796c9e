using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.BackOffice.Exports;
using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.BackOffice.Accounts;

/// <summary>A row of a file of contacts.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="Customer">The customer's id, number or a name of it.</param>
internal sealed record ContactRow(int Line, string Customer, Contact Contact);

/// <summary>
/// Reads contacts from CSV, one in a row, by the names that the API has for their fields. What is wrong is named by line and column, and
/// never repeated: it is a person's data.
/// </summary>
internal sealed class ContactRows(Findings found)
{
    private const int MaxLength = 255;
    private const string NoHeader = "there is no header line with a column account; columns are parted by commas or semicolons, and called "
        + "as in docs/receivables.md";

    /// <summary>The fields of a contact.</summary>
    public static readonly IReadOnlyList<string> Fields =
        [ContactReader.Email, ContactReader.Phone, .. ContactReader.OfAddress, ContactReader.Language];

    // Columns that a person reads: an export has them.
    private static readonly string[] ForPeople = ["number", "name"];

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<ContactRow> _rows = [];

    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <returns>The rows, where the findings have no fault.</returns>
    public static async Task<IReadOnlyList<ContactRow>> ReadAsync(Stream file, Findings found, CancellationToken cancel)
    {
        var reader = new ContactRows(found);
        await BoundedFile.ReadTableAsync(file, found, CsvColumns.Customer, NoHeader, reader.Begin, cancel);
        if (found.Faults.Count == 0 && reader._rows.Count == 0)
            found.Refuse(0, null, "The file has no contact in it.");
        return reader._rows;
    }

    private Func<CsvRow, bool>? Begin(IReadOnlyList<string> columns, int line)
    {
        var customer = CsvColumns.Customer.In(columns);
        for (var at = 0; at < columns.Count; at++)
        {
            var name = CsvWords.Plain(columns[at]).Replace(' ', '_');
            if (Fields.Contains(name, StringComparer.Ordinal) && !_places.TryAdd(name, at))
                found.Refuse(line, name, "two columns are called so");
            else if (at != customer && name.Length > 0 && !Fields.Contains(name, StringComparer.Ordinal) && !ForPeople.Contains(name))
                found.Remark(line, columns[at], "the column is not read");
        }

        if (_places.Count == 0)
            found.Refuse(line, null, $"there is no column of a contact: it is one of {string.Join(", ", Fields)}");
        return found.Faults.Count == 0 ? Take : null;
    }

    private bool Take(CsvRow row)
    {
        if (row.IsBlank || !found.MayHave(_rows.Count, row.Line) || !row.IsWhole())
            return !found.IsHopeless;
        var before = found.Faults.Count;
        if (row[CsvColumns.Customer] is not { Length: <= MaxLength } customer || !OneLine.IsName(customer))
        {
            row.Refuse(CsvColumns.Customer, $"a customer is named by 1 to {MaxLength} characters, {OneLine.Rule}");
            return !found.IsHopeless;
        }

        var contact = ContactReader.Read(field => Said(row, field), hasAddress: false, (field, expected) =>
        {
            if (_places.TryGetValue(field, out var at))
                row.Refuse(at, $"it must be {expected}");
            else
                found.Refuse(row.Line, field, $"there is no such column, and it must be {expected}");
        });
        if (found.Faults.Count == before)
            _rows.Add(new ContactRow(row.Line, customer, contact));
        return !found.IsHopeless;
    }

    /// <summary>A field as people mean it: spreadsheets keep the apostrophe of our exports, and small letters are a country too.</summary>
    private string? Said(CsvRow row, string field)
    {
        if (!_places.TryGetValue(field, out var at) || row[at] is not { } written)
            return null;
        var text = CsvCell.Undefused(written);
        return field == ContactReader.Country ? text.ToUpperInvariant() : text;
    }
}
