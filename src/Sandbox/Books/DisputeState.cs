namespace Quittance.Sandbox.Books;

/// <summary>How far a dispute is.</summary>
public enum DisputeState
{
    /// <summary>The money is withheld.</summary>
    Opened,

    /// <summary>The merchant has the money again, but for the fee.</summary>
    Won,

    /// <summary>Money and fee are gone.</summary>
    Lost,
}
