using Npgsql;
using Quittance.Core.Accounts;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads the contacts of accounts, as the rows that are joined to others.</summary>
internal static class ContactReading
{
    /// <summary>The contact of a row; that of a customer of whom nothing is known where the row has none.</summary>
    /// <param name="at">Its first cell.</param>
    public static Contact Read(NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? Contact.None : Tables.AccountContact.Read(row, at).Contact;
}
