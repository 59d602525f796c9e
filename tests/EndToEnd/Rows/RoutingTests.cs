using Npgsql;
using Quittance.Storage.Rows;

namespace Quittance.Tests.Rows;

/// <summary>How a statement says which node it is for.</summary>
public sealed class RoutingTests
{
    private const string Sql = "SELECT 1 FROM unnest($1::uuid[]) k(id) JOIN payment t ON t.id = k.id AND t.merchant_id = ANY($2)";

    private static readonly long[] One = [7];

    [Fact]
    public void ManyRows_OfOneMerchant_NameIt() =>
        Assert.Equal(Sql.Replace("ANY($2)", "7"), Named(keys: 65, 7));

    [Fact]
    public void FewRows_AreAskedForWithTheMerchantAsAParameter() => Assert.Equal(Sql, Named(keys: 64, 7));

    [Fact]
    public void ManyRows_OfSeveralMerchants_NameNone() => Assert.Equal(Sql, Named(keys: 65, 7, 8));

    [Fact]
    public void ParameterThatIsNoMerchant_Stays()
    {
        using var batch = new NpgsqlBatch();
        const string other = "SELECT 1 FROM payment t WHERE t.merchant_id = ANY($2) AND t.slot_merchant_ids = ANY($1)";
        batch.Statement(other).With(new long[65]).With(One);

        Routing.NameMerchant(batch);

        Assert.Equal(other.Replace("t.merchant_id = ANY($2)", "t.merchant_id = 7"), batch.BatchCommands[0].CommandText);
    }

    private static string Named(int keys, params long[] merchants)
    {
        using var batch = new NpgsqlBatch();
        batch.Statement(Sql).With(new Guid[keys]).With(merchants);

        Routing.NameMerchant(batch);

        return batch.BatchCommands[0].CommandText;
    }
}
