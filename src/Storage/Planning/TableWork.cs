namespace Quittance.Storage.Planning;

/// <summary>What is done to a table's rows.</summary>
public enum TableWork
{
    /// <summary>None is looked at: it takes a moment.</summary>
    None,

    /// <summary>Every row is read, as for a new index or a rule that all must keep: it takes as long as reading the table.</summary>
    ReadsEveryRow,

    /// <summary>Every row is written anew, with all indexes: it takes longest, and as much room again.</summary>
    RewritesEveryRow,
}
