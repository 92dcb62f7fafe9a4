package org.example.shop;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** A main method of the application's own. */
@QuarkusMain
public class ShopMain {
    public static void main(String... arguments) {
        Quarkus.run(arguments);
    }
}
