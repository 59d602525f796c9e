using Npgsql;
using Quittance.Core.Engine;

namespace Quittance.Storage.Tenancy;

/// <summary>Stand-in.</summary>
public sealed class OperatorActions
{
    /// <summary>Stand-in.</summary>
    public static void AddTo(NpgsqlBatch batch, Origin origin, DateTimeOffset at)
    {
    }
}
