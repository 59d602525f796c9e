namespace Quittance.Core.Lists;

/// <summary>Something that each item of a list must fulfil, and that the books find by a key.</summary>
public abstract record Criterion;
