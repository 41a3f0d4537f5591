using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public class Prices(IConfiguration settings)
{
    // The next revision: long names cost more.
    [Function("quote"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "prices/{sku}")]
    public object Quote(string sku) => new { Sku = sku, Amount = 9.00m + sku.Length / 10m, Revision = settings["FNMESH_REVISION"] };
}
