namespace Quittance.Console.Parts;

/// <summary>A column of a <see cref="DataTable"/>.</summary>
public sealed record Column(string Title, string? Class = null)
{
    /// <summary>Whether only screen readers read the title.</summary>
    public bool IsUnseen { get; init; }

    /// <summary>The word by which its head sorts the list; null where it does not.</summary>
    public string? Sort { get; init; }

    /// <summary>Whether its head shows the smallest first at the first click.</summary>
    public bool BeginsAscending { get; init; }

    public static implicit operator Column(string title) => new(title);

    /// <summary>A column of amounts or counts.</summary>
    public static Column Figures(string title) => new(title, "amount");

    public static Column Unseen(string title, string? cssClass = null) => new(title, cssClass) { IsUnseen = true };
}
