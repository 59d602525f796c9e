namespace Quittance.Dialects.Midnight;

/// <summary>The names of this dialect, of its kinds of references and of what an order's charges are for.</summary>
public static class MidnightNames
{
    /// <summary>The dialect.</summary>
    public const string Dialect = "midnight";

    /// <summary>References to accounts: the customer's id.</summary>
    public const string Customer = "customer";

    /// <summary>References to orders by their id.</summary>
    public const string Order = "order";

    /// <summary>References to orders by their number.</summary>
    public const string OrderNumber = "order-number";

    /// <summary>References to charges; Midnight's own clients name orders and labels instead.</summary>
    public const string Charge = "charge";

    /// <summary>The label of charges for an order's services.</summary>
    public const string Services = "services";

    /// <summary>The label of charges for an order's postage.</summary>
    public const string Postage = "postage";
}
