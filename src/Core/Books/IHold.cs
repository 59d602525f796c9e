namespace Quittance.Core.Books;

/// <summary>Whether the books are held: they were restored, and no operator has released them. Held books are only read.</summary>
public interface IHold
{
    bool IsHeld { get; }
}

/// <summary>Books of which it is known once for all.</summary>
public sealed record Hold(bool IsHeld) : IHold;
