namespace Quittance.Dialects.Midnight;

/// <summary>What became of one record.</summary>
/// <param name="Number">The number of the payment; 0 when nothing was stored, or it is still to be looked up.</param>
/// <param name="Payment">The id of the payment; <see cref="Guid.Empty"/> when nothing was stored.</param>
/// <param name="Errors">Why nothing was stored, in the promised order.</param>
/// <param name="Replayed">Whether this repeats what an earlier call was told.</param>
internal readonly record struct RecordAnswer(long Number, Guid Payment, IReadOnlyList<RecordError> Errors, bool Replayed)
{
    /// <summary>Whether the record was left undone for now.</summary>
    public bool IsUndone => Has(RecordProblem.NotProcessed);

    /// <summary>Whether the record may be stored or not.</summary>
    public bool IsUnknown => Has(RecordProblem.OutcomeUnknown);

    /// <summary>Whether an earlier call stored the payment, and its number is still to be looked up.</summary>
    public bool IsUnread => Number == 0 && IsStored;

    /// <summary>Whether there is a payment of the record, by this call or an earlier one that it repeats.</summary>
    public bool IsStored => Payment != Guid.Empty;

    /// <summary>Whether the record was refused for the key of the call.</summary>
    public bool IsKeyReused => Has(RecordProblem.KeyReused);

    /// <summary>A record that was refused.</summary>
    public static RecordAnswer Refused(IReadOnlyList<RecordError> errors, bool replayed) => new(0, Guid.Empty, errors, replayed);

    private bool Has(RecordProblem problem) => Errors.Any(error => error.Problem == problem);
}
