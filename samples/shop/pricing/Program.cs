using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public class Prices(IConfiguration settings)
{
    [Function("quote"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "prices/{sku}")]
    public object Quote(string sku) => new { Sku = sku, Amount = 10.00m, Revision = settings["FNMESH_REVISION"] };
}
