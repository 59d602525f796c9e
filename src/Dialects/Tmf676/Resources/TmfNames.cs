namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The names of the two mounts that speak TMF resources, and of their kinds of references.</summary>
public static class TmfNames
{
    /// <summary>The TMF676 mount.</summary>
    public const string Tmf676 = "tmf676";

    /// <summary>The Oracle BRM mount.</summary>
    public const string OracleBrm = "oracle-brm";

    /// <summary>References to accounts: the TMF id, or the POID.</summary>
    public const string Account = "account";

    /// <summary>References to accounts by their number (Oracle BRM).</summary>
    public const string AccountNumber = "account-number";

    /// <summary>References to bills: the TMF id, or the POID.</summary>
    public const string Bill = "bill";

    /// <summary>References to bills by the number printed on them (Oracle BRM).</summary>
    public const string BillNumber = "bill-number";

    /// <summary>References to accounts by the POID of their bill unit (Oracle BRM).</summary>
    public const string BillUnit = "bill-unit";

    /// <summary>References to payment methods.</summary>
    public const string PaymentMethod = "payment-method";
}
