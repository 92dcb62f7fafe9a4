package org.example.orders;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

@Entity
public class PlacedOrder {
    @Id
    @GeneratedValue
    public Long id;
}
