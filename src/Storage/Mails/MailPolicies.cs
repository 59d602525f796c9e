using Npgsql;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Mails;

/// <summary>Which mail merchants send to their customers. A merchant that never said so sends none.</summary>
public sealed class MailPolicies(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The policies of merchants ($1) that are in force.</summary>
    internal const string InForce = """
        SELECT DISTINCT ON (p.merchant_id) p.merchant_id, p.kinds FROM mail_policy p WHERE p.merchant_id = ANY($1)
         ORDER BY p.merchant_id, p.since DESC
        """;

    /// <summary>The kinds of mail that a merchant sends.</summary>
    public async Task<IReadOnlySet<MailKind>> FindAsync(MerchantId merchant, CancellationToken cancel) =>
        Only(await database.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel));

    /// <summary>Switches a kind of mail on or off, from now on.</summary>
    /// <returns>Whether it was otherwise before.</returns>
    public async Task<bool> SwitchAsync(MerchantId merchant, MailKind kind, bool isOn, Origin by, CancellationToken cancel)
    {
        var (before, isChanged) = ((IReadOnlySet<MailKind>)new HashSet<MailKind>(), false);
        await database.SetPolicyAsync(
            merchant, by, key: null, clock,
            async connection =>
            {
                before = Only(await connection.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel));
                return before.Contains(kind) == isOn;
            },
            async (transaction, change, since) =>
            {
                string[] kinds = [.. (isOn ? before.Append(kind) : before.Where(one => one != kind)).Order().Select(Words.Of)];
                await transaction.ExecuteAsync(
                    batch => batch.Statement("INSERT INTO mail_policy (merchant_id, since, kinds) VALUES ($1, $2, $3)")
                        .With(merchant.Value).With(since).With(kinds),
                    cancel);
                await change.AfterAsync(SealedTables.MailPolicy, "x.since = $2", command => command.With(since), cancel);
                isChanged = true;
            },
            cancel);
        return isChanged;
    }

    private static IReadOnlySet<MailKind> Only(IReadOnlyList<IReadOnlySet<MailKind>> found) =>
        found is [var kinds] ? kinds : new HashSet<MailKind>();

    private static IReadOnlySet<MailKind> Read(NpgsqlDataReader row) =>
        row.GetFieldValue<string[]>(1).Select(Words.To<MailKind>).ToHashSet();
}
