using Npgsql;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Mails;

/// <summary>The sentences that merchants have in their mails.</summary>
public sealed class MailSentences(NpgsqlDataSource database, TimeProvider clock) : IMailSentences
{
    private const string InForce = """
        SELECT s.kind, s.language, s.sentence
          FROM (SELECT DISTINCT ON (x.kind, x.language) x.kind, x.language, x.sentence FROM mail_sentence x
                 WHERE x.merchant_id = $1 ORDER BY x.kind, x.language, x.since DESC) s
         WHERE s.sentence IS NOT NULL ORDER BY s.kind, s.language
        """;

    /// <summary>The sentences in force.</summary>
    /// <exception cref="Core.Engine.StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<MailSentence>> ListAsync(MerchantId merchant, CancellationToken cancel) =>
        database.AllAsync(InForce, command => command.With(merchant.Value), row => Read(row, merchant), cancel);

    public async Task<string?> FindAsync(MerchantId merchant, MailKind kind, string language, CancellationToken cancel)
    {
        var all = (await ListAsync(merchant, cancel)).Where(one => one.Kind == kind).ToList();
        return (all.Find(one => one.Language == language) ?? all.Find(one => one.Language is null))?.Text;
    }

    /// <summary>Sets the sentence of a kind and a language, in place of the one before.</summary>
    /// <param name="text">Null for none any more.</param>
    /// <returns>Whether it was another one before.</returns>
    public async Task<bool> SetAsync(
        MerchantId merchant, MailKind kind, string? language, string? text, Origin by, CancellationToken cancel)
    {
        var isChanged = false;
        await database.SetPolicyAsync(
            merchant, by, key: null, clock,
            async connection => (await connection.AllAsync(
                    InForce, command => command.With(merchant.Value), row => Read(row, merchant), cancel))
                .FirstOrDefault(one => one.Kind == kind && one.Language == language)?.Text == text,
            async (transaction, change, since) =>
            {
                await transaction.ExecuteAsync(
                    batch => batch.Statement(
                        "INSERT INTO mail_sentence (merchant_id, kind, language, since, sentence) VALUES ($1, $2, $3, $4, $5)")
                        .With(merchant.Value).With(Words.Of(kind)).With(language ?? "").With(since).With<string?>(text),
                    cancel);
                await change.AfterAsync(
                    SealedTables.MailSentence, "x.kind = $2 AND x.language = $3 AND x.since = $4",
                    command => command.With(Words.Of(kind)).With(language ?? "").With(since), cancel);
                isChanged = true;
            },
            cancel);
        return isChanged;
    }

    private static MailSentence Read(NpgsqlDataReader row, MerchantId merchant) => new(
        merchant, Words.To<MailKind>(row.GetString(0)), row.GetString(1) is { Length: > 0 } language ? language : null, row.GetString(2));
}
