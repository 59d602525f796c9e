using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Tenancy;

/// <summary>Why a view was not saved.</summary>
public enum ViewOutcome
{
    Saved,

    /// <summary>The person has another one of the name.</summary>
    NameTaken,

    /// <summary>The person has as many of the list as there may be.</summary>
    TooMany,

    /// <summary>The person has no such view.</summary>
    Unknown,
}

/// <summary>A view of a list that a person has saved.</summary>
/// <param name="Asked">What stands behind the address of the list.</param>
public sealed record OperatorView(string Name, string Asked);

/// <summary>The views of their lists that people have saved, and the columns that they hide. Nobody sees those of another person.</summary>
public sealed class OperatorViews(NpgsqlDataSource database)
{
    /// <summary>The most views of a list that a person has.</summary>
    public const int Most = 20;

    /// <summary>The most characters of a name.</summary>
    public const int MostName = 60;

    /// <summary>The most characters behind the address of a list.</summary>
    public const int MostAsked = 2000;

    // The row that has the hidden columns.
    private const string Columns = "";

    /// <summary>A person's views of a list by their names, and what the person hides of it.</summary>
    public async Task<(IReadOnlyList<OperatorView> Views, string Hidden)> ListAsync(
        MerchantId merchant, Guid person, string list, CancellationToken cancel)
    {
        var rows = await database.AllAsync(
            "SELECT v.name, v.asked FROM operator_view v WHERE v.merchant_id = $1 AND v.person_id = $2 AND v.list = $3 ORDER BY v.name",
            command => command.With(merchant.Value).With(person).With(list),
            row => new OperatorView(row.GetString(0), row.GetString(1)), cancel);
        return ([.. rows.Where(view => view.Name != Columns)], rows.FirstOrDefault(view => view.Name == Columns)?.Asked ?? "");
    }

    /// <summary>Keeps which columns of a list a person hides.</summary>
    public Task HideAsync(MerchantId merchant, Guid person, string list, string hidden, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("""
            INSERT INTO operator_view (merchant_id, person_id, list, name, asked) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (merchant_id, person_id, list, name) DO UPDATE SET asked = excluded.asked
            """)
            .With(merchant.Value).With(person).With(list).With(Columns).With(hidden),
        cancel);

    /// <summary>Saves a view. One of the name takes what is asked now.</summary>
    public async Task<ViewOutcome> SaveAsync(
        MerchantId merchant, Guid person, string list, OperatorView view, CancellationToken cancel) => await database.WriteAsync(
            batch => batch.Statement($"""
                INSERT INTO operator_view (merchant_id, person_id, list, name, asked)
                SELECT $1, $2, $3, $4, $5
                 WHERE (SELECT count(*) FROM operator_view v
                         WHERE v.merchant_id = $1 AND v.person_id = $2 AND v.list = $3 AND v.name NOT IN ('', $4)) < {Most}
                ON CONFLICT (merchant_id, person_id, list, name) DO UPDATE SET asked = excluded.asked
                """)
                .With(merchant.Value).With(person).With(list).With(view.Name).With(view.Asked),
            cancel) == 1 ? ViewOutcome.Saved : ViewOutcome.TooMany;

    /// <summary>Gives a view another name.</summary>
    public async Task<ViewOutcome> RenameAsync(
        MerchantId merchant, Guid person, string list, string name, string to, CancellationToken cancel)
    {
        try
        {
            return await database.WriteAsync(
                batch => batch.Statement("""
                    UPDATE operator_view SET name = $5
                     WHERE merchant_id = $1 AND person_id = $2 AND list = $3 AND name = $4 AND name <> ''
                    """)
                    .With(merchant.Value).With(person).With(list).With(name).With(to),
                cancel) == 1 ? ViewOutcome.Saved : ViewOutcome.Unknown;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return ViewOutcome.NameTaken;
        }
    }

    /// <summary>Deletes a view.</summary>
    public Task DeleteAsync(MerchantId merchant, Guid person, string list, string name, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement(
            "DELETE FROM operator_view WHERE merchant_id = $1 AND person_id = $2 AND list = $3 AND name = $4 AND name <> ''")
            .With(merchant.Value).With(person).With(list).With(name),
        cancel);
}
